namespace QemuTest.Processes;

/// <summary>The QEMU build tree that the environment names.</summary>
internal static class BuildRoot
{
    /// <summary>The variables, for messages.</summary>
    public const string Variables = $"{MesonVariable} or {Variable}";

    private const string MesonVariable = "MESON_BUILD_ROOT";
    private const string Variable = "QEMU_BUILD_ROOT";

    /// <summary>Gets the full path of the build tree, or null if no variable names one. Upstream's harness sets <c>MESON_BUILD_ROOT</c> since 11.0,
    /// <c>QEMU_BUILD_ROOT</c> before.</summary>
    public static string? Folder => Named(MesonVariable) ?? Named(Variable);

    /// <summary>Gets a program of the build tree, or the one in PATH, or null.</summary>
    public static string? FindProgram(string name)
    {
        string? built = Folder is { } root ? Path.Combine(root, name) : null;
        return built is not null && SearchPath.IsExecutable(built) ? built : SearchPath.Find(name);
    }

    private static string? Named(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } folder ? Path.GetFullPath(folder) : null;
}
