namespace QemuTest.QapiGen.Syntax;

/// <summary>Where a definition stands and what it defines: <c>struct</c> and its name, for example.</summary>
internal sealed record Origin(SourceLocation Location, string Meta, string Name);
