namespace QemuTest.QapiGen.Syntax;

/// <summary>One schema file, named as messages name it, and the place that included it.</summary>
internal sealed class SourceFile(string path, SourceLocation? includedFrom)
{
    public string Path { get; } = path;

    public string FullPath { get; } = System.IO.Path.GetFullPath(path.Length > 0 ? path : ".");

    public SourceLocation? IncludedFrom { get; } = includedFrom;
}
