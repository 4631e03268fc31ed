namespace QemuTest.QapiGen.Syntax;

/// <summary>One top-level expression: an inclusion, or a definition with the comment that documents it.</summary>
internal abstract record Expression(SourceLocation Location);

/// <summary>The place of an <c>include</c>; the path is relative to the working directory, as the file's own is.</summary>
internal sealed record IncludeExpression(SourceLocation Location, string Path) : Expression(Location);

internal sealed record DefinitionExpression(SourceLocation Location, ObjectValue Value, DocComment? Doc)
    : Expression(Location);
