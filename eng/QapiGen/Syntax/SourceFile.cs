namespace QemuTest.QapiGen.Syntax;

/// <summary>One schema file with its name for messages and the location of its inclusion.</summary>
internal sealed class SourceFile(string path, SourceLocation? includedFrom)
{
    public string Path { get; } = path;

    public string FullPath { get; } = System.IO.Path.GetFullPath(path.Length > 0 ? path : ".");

    public SourceLocation? IncludedFrom { get; } = includedFrom;
}
