using NUnit.Framework;

namespace QemuTest.NUnit;

/// <summary>Attaches what a failed test leaves behind to its NUnit result, so that result files and CI show it.</summary>
internal static class Evidence
{
    /// <summary>Attaches every file below a folder, except those below another and those without content. A socket or a named pipe has
    /// no content, and would stop a reader.</summary>
    public static void Attach(string folder, string except)
    {
        IEnumerable<FileInfo> files = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.Length > 0 && !file.FullName.StartsWith(except + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            .OrderBy(file => file.FullName, StringComparer.Ordinal);
        foreach (FileInfo file in files)
            TestContext.AddTestAttachment(file.FullName, Path.GetRelativePath(folder, file.FullName));
    }
}
