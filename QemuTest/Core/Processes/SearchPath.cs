namespace QemuTest.Processes;

/// <summary>Finds programs in PATH, as a shell does.</summary>
public static class SearchPath
{
    /// <summary>Gets the full path of a program, or null if PATH has none.</summary>
    /// <remarks><c>qemu_test.which</c>, which finds directories too.</remarks>
    public static string? Find(string program) => Folders()
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(IsExecutable);

    /// <summary>The folders of PATH, in order.</summary>
    internal static IEnumerable<string> Folders() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether this user may run the file.</summary>
    internal static bool IsExecutable(string path) => File.Exists(path) && Libc.Access(path, Libc.AccessExecute) == 0;
}
