namespace QemuTest.QapiGen.Syntax;

/// <summary>One top-level expression: an inclusion, or a definition with its documentation comment.</summary>
internal abstract record Expression(SourceLocation Location);

/// <summary>The location of an <c>include</c>. The path is relative to the working directory.</summary>
internal sealed record IncludeExpression(SourceLocation Location, string Path) : Expression(Location);

internal sealed record DefinitionExpression(SourceLocation Location, ObjectValue Value, DocComment? Doc)
    : Expression(Location);
