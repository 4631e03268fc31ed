namespace QemuTest.Tests;

/// <summary>A folder in the system's temporary folder, deleted when disposed.</summary>
internal sealed class TestFolder : IDisposable
{
    public TestFolder() => Path = Directory.CreateTempSubdirectory("qemu-test-tests-").FullName;

    public string Path { get; }

    public string At(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public string Write(string name, byte[] content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(name))!);
        File.WriteAllBytes(At(name), content);
        return At(name);
    }

    /// <summary>Gets every name below the folder, with the target of a link or the content of a file.</summary>
    public string[] Listing() =>
    [
        .. new DirectoryInfo(Path).EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(entry => $"{System.IO.Path.GetRelativePath(Path, entry.FullName)} "
                + (entry.LinkTarget ?? (entry is FileInfo { Length: < 4096 } file ? File.ReadAllText(file.FullName) : "")))
            .Order(StringComparer.Ordinal),
    ];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
