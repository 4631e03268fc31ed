using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using QemuTest.Machines;
using QemuTest.Processes;

namespace QemuTest.NUnit;

/// <summary>Finds the system emulators on this host. Thread-safe.</summary>
public static partial class SystemTargets
{
    internal const string BinaryVariable = "QEMU_TEST_QEMU_BINARY";
    internal const string NoneFound = "no-system-emulator";

    private static readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, string>> Scans = new();

    /// <summary>Gets the path of the binary for each target: those in the build tree (<c>MESON_BUILD_ROOT</c> or <c>QEMU_BUILD_ROOT</c>) if it has
    /// any, else those in PATH. The first binary of a name counts. A symbolic link to another system emulator, such as
    /// <c>qemu-system-amd64</c>, does not.</summary>
    public static IReadOnlyDictionary<string, string> Installed()
    {
        // Without this order, a run for one build would test the targets that it lacks with another QEMU.
        if (BuildRoot.Folder is { } root && In([root]) is { Count: > 0 } built)
            return built;
        return In(SearchPath.Folders());
    }

    /// <summary>Gets the targets for generic tests.</summary>
    internal static IReadOnlyList<string> ToRun() => Chosen() is { } binary
        ? [QemuBinary.TargetOf(binary)]
        : [.. Installed().Keys];

    /// <summary>Gets the value of <c>QEMU_TEST_QEMU_BINARY</c>, or null if it is unset or empty.</summary>
    internal static string? Chosen() =>
        Environment.GetEnvironmentVariable(BinaryVariable) is { Length: > 0 } binary ? binary : null;

    /// <summary>Returns the value of <c>QEMU_TEST_QEMU_BINARY</c> if it is a program.</summary>
    /// <exception cref="QemuBinaryException">The value is not a program. The message names the variable.</exception>
    internal static string Checked(string chosen)
    {
        try
        {
            QemuBinary.Resolve(chosen);
            return chosen;
        }
        catch (QemuBinaryException error)
        {
            throw new QemuBinaryException($"{BinaryVariable} is '{chosen}'. {error.Message}", error);
        }
    }

    /// <summary>Gets the system emulator for a target, or null. <c>QEMU_TEST_QEMU_BINARY</c> has precedence.</summary>
    internal static string? BinaryFor(string? target) =>
        Chosen() ?? (target is not null && Installed().TryGetValue(target, out string? path) ? path : null);

    /// <summary>Gets the user emulator for a target, or null. <c>QEMU_TEST_QEMU_BINARY</c> has precedence.</summary>
    internal static string? UserBinaryFor(string? target)
    {
        if (Chosen() is { } chosen || target is null)
            return Chosen();
        return BuildRoot.FindProgram($"qemu-{target}");
    }

    /// <summary>Gets true for the name of a system emulator, false for that of a user emulator, and null for other names.</summary>
    internal static bool? EmulatesSystem(string binary) => Path.GetFileName(binary) switch
    {
        var name when BinaryName().IsMatch(name) => true,
        var name when UserBinaryName().IsMatch(name) => false,
        _ => null,
    };

    private static IReadOnlyDictionary<string, string> In(IEnumerable<string> folders)
    {
        // A scan reads thousands of files of /usr/bin, and each test asks several times. A folder's time changes with its files.
        string[] present = [.. folders.Where(Directory.Exists)];
        string key = string.Join('\n', present.Select(folder => $"{folder}:{Directory.GetLastWriteTimeUtc(folder).Ticks}"));
        return Scans.GetOrAdd(key, _ => Scan(present));
    }

    private static SortedDictionary<string, string> Scan(string[] folders)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string folder in folders)
        {
            foreach (string path in Directory.EnumerateFiles(folder, "qemu-system-*"))
            {
                Match name = BinaryName().Match(Path.GetFileName(path));
                bool isAlias = File.ResolveLinkTarget(path, returnFinalTarget: true) is { } file && BinaryName().IsMatch(file.Name) && file.Name != Path.GetFileName(path);
                if (name.Success && !isAlias && SearchPath.IsExecutable(path))
                    found.TryAdd(name.Groups[1].Value, path);
            }
        }

        return found;
    }

    [GeneratedRegex("^qemu-[a-z0-9_]+$")]
    private static partial Regex UserBinaryName();

    [GeneratedRegex("^qemu-system-([a-z0-9_]+)$")]
    private static partial Regex BinaryName();
}
