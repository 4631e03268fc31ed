namespace QemuTest.QapiGen.Syntax;

/// <summary>Everything read, nothing checked yet: the expressions of all files in the order of the text.</summary>
internal sealed record SchemaSource(
    SourceFile Root,
    IReadOnlyList<Expression> Expressions,
    IReadOnlyList<DocComment> Docs,
    Pragmas Pragmas);
