namespace QemuTest.QapiGen.Syntax;

/// <summary>The unchecked expressions of all files, in the order of the text.</summary>
internal sealed record SchemaSource(
    SourceFile Root,
    IReadOnlyList<Expression> Expressions,
    IReadOnlyList<DocComment> Docs,
    Pragmas Pragmas);
