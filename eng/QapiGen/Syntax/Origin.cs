namespace QemuTest.QapiGen.Syntax;

/// <summary>The location, the kind (for example <c>struct</c>) and the name of a definition.</summary>
internal sealed record Origin(SourceLocation Location, string Meta, string Name);
