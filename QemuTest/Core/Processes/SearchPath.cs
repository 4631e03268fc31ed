using System.Runtime.InteropServices;

namespace QemuTest.Processes;

/// <summary>Programs found in PATH, as a shell finds them.</summary>
public static partial class SearchPath
{
    private const int ExecuteOk = 1;

    /// <summary>The full path of a program, or null. Directories do not count (upstream's <c>which</c> takes them).</summary>
    public static string? Find(string program) => Folders()
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(IsExecutable);

    /// <summary>The folders of PATH, in order.</summary>
    internal static IEnumerable<string> Folders() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether this user may run the file.</summary>
    internal static bool IsExecutable(string path) => File.Exists(path) && Access(path, ExecuteOk) == 0;

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);
}
