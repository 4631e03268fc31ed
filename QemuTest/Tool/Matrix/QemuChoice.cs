using System.Text.RegularExpressions;
using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Processes;

namespace QemuTest.Tool;

/// <summary>Finds the QEMUs that a user names: by version, by Debian suite, or by path.</summary>
/// <param name="fetch">Gets the folder with the emulators of a Debian suite.</param>
/// <param name="installed">The folder of this machine's own emulators, or null.</param>
internal sealed partial class QemuChoice(Func<string, CancellationToken, Task<string>> fetch, string? installed)
{
    /// <summary>The name of this machine's own QEMU.</summary>
    public const string InstalledName = "installed";

    // A suite of a release keeps its QEMU; a later QEMU in backports is found by the check of its version.
    private static readonly (string Version, string Suite)[] Suites = [("7.2", "bookworm"), ("10.0", "trixie"), ("11.1", "trixie-backports")];

    // Of a folder that a user names: a build tree, a source tree, an installation.
    private static readonly string[] FoldersOfEmulators = ["", "build", "bin", "usr/bin"];

    /// <summary>Gets the finder for this machine.</summary>
    public static QemuChoice OfThisMachine() =>
        new(UnpackedQemu.FetchAsync, SearchPath.Folders().FirstOrDefault(folder => Emulators(folder).Length > 0));

    /// <summary>Finds each QEMU.</summary>
    /// <exception cref="MatrixException">A name leads to no QEMU, or two lead to the same.</exception>
    public async Task<IReadOnlyList<MatrixQemu>> OpenAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        List<(string Name, MatrixQemu Qemu)> found = [];
        foreach (string name in names)
        {
            MatrixQemu qemu = await OpenAsync(name, cancellationToken);
            if (found.FirstOrDefault(other => other.Qemu.Path == qemu.Path) is { Name: { } same })
                throw new MatrixException($"'{same}' and '{name}' are the same QEMU, {qemu.Path}. Name it once");
            found.Add((name, qemu));
        }

        return
        [
            .. found.Select(one => found.Count(other => other.Qemu.Version == one.Qemu.Version) > 1
                ? one.Qemu with { Name = $"{one.Qemu.Name} ({one.Name})" }
                : one.Qemu),
        ];
    }

    private async Task<MatrixQemu> OpenAsync(string name, CancellationToken cancellationToken)
    {
        if (name == InstalledName)
            return await OfFolderAsync(InstalledFolder(), cancellationToken);
        if (name.Contains('/', StringComparison.Ordinal) || name is "." or "..")
            return await OfPathAsync(name, cancellationToken);
        if (VersionPrefix().IsMatch(name))
            return await OfVersionAsync(name, cancellationToken);
        if (SuiteName().IsMatch(name))
            return await OfFolderAsync(await fetch(name, cancellationToken), cancellationToken);
        throw new MatrixException(
            $"'{name}' names no QEMU: give a version (7.2), a Debian suite (trixie-backports), '{InstalledName}', or a path with a '/' (./build)");
    }

    private string InstalledFolder() =>
        installed ?? throw new MatrixException("there is no qemu-system-* in PATH. Install it: apt-get install qemu-system");

    private async Task<MatrixQemu> OfVersionAsync(string prefix, CancellationToken cancellationToken)
    {
        if (installed is not null && await OfFolderAsync(installed, cancellationToken) is var own && IsPrefix(prefix, own.Name))
            return own;
        string? suite = Suites.FirstOrDefault(one => IsPrefix(prefix, one.Version) || IsPrefix(one.Version, prefix)).Suite;
        if (suite is null)
        {
            throw new MatrixException(
                $"no Debian suite is known to have QEMU {prefix}. Known: {string.Join(", ", Suites.Select(one => $"{one.Version} ({one.Suite})"))}. Name a suite, or the path of a build");
        }

        MatrixQemu qemu = await OfFolderAsync(await fetch(suite, cancellationToken), cancellationToken);
        return IsPrefix(prefix, qemu.Name)
            ? qemu
            : throw new MatrixException($"Debian's {suite} has QEMU {qemu.Name}, not {prefix}. Name another suite, or the path of a build");
    }

    private static Task<MatrixQemu> OfPathAsync(string name, CancellationToken cancellationToken)
    {
        string path = Path.GetFullPath(name);
        if (!Directory.Exists(path))
        {
            return SystemTargets.EmulatesSystem(path) == true
                ? OfBinaryAsync(path, path, cancellationToken)
                : throw new MatrixException($"'{name}' is neither a folder nor a qemu-system-* binary");
        }

        string? folder = FoldersOfEmulators
            .Select(below => Path.TrimEndingDirectorySeparator(Path.Combine(path, below)))
            .FirstOrDefault(candidate => Emulators(candidate).Length > 0);
        return folder is null
            ? throw new MatrixException($"'{name}' has no qemu-system-* in it, nor in build, bin or usr/bin below it. Build QEMU first")
            : OfFolderAsync(folder, cancellationToken);
    }

    private static Task<MatrixQemu> OfFolderAsync(string folder, CancellationToken cancellationToken) =>
        Emulators(folder) is [var first, ..]
            ? OfBinaryAsync(first, folder, cancellationToken)
            : throw new MatrixException($"there is no qemu-system-* in {folder}");

    private static async Task<MatrixQemu> OfBinaryAsync(string binary, string path, CancellationToken cancellationToken)
    {
        try
        {
            QemuBinary opened = await QemuBinary.OpenAsync(binary, cancellationToken);
            return new MatrixQemu(opened.Version.ToString(), opened.Version, path);
        }
        catch (QemuBinaryException error)
        {
            throw new MatrixException(error.Message, error);
        }
    }

    private static string[] Emulators(string folder) => Directory.Exists(folder)
        ? [.. Directory.GetFiles(folder, "qemu-system-*").Where(path => SystemTargets.EmulatesSystem(path) == true && SearchPath.IsExecutable(path)).Order(StringComparer.Ordinal)]
        : [];

    private static bool IsPrefix(string prefix, string version) =>
        version == prefix || version.StartsWith(prefix + ".", StringComparison.Ordinal);

    [GeneratedRegex(@"^\d+(\.\d+){0,2}$")]
    private static partial Regex VersionPrefix();

    [GeneratedRegex("^[a-z][a-z0-9.-]*$")]
    private static partial Regex SuiteName();
}
