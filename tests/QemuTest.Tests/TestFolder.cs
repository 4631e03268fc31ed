namespace QemuTest.Tests;

/// <summary>A folder under the system's temporary one, gone at the end of the test.</summary>
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

    /// <summary>Every name below the folder, links with their target, files with their content.</summary>
    public string[] Listing() =>
    [
        .. new DirectoryInfo(Path).EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(entry => $"{System.IO.Path.GetRelativePath(Path, entry.FullName)} "
                + (entry.LinkTarget ?? (entry is FileInfo { Length: < 4096 } file ? File.ReadAllText(file.FullName) : "")))
            .Order(StringComparer.Ordinal),
    ];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
