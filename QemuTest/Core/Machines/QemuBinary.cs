using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using QemuTest.Processes;
using QemuTest.Qmp;

namespace QemuTest.Machines;

/// <summary>A usable QEMU: its path, version, target and features. Immutable and thread-safe; each binary is asked once per
/// process.</summary>
public sealed partial class QemuBinary
{
    private static readonly ConcurrentDictionary<(string Path, DateTime Written, long Size), Lazy<Task<QemuBinary>>> Known = new();

    // Every older version has -mon only, so that it needs no question.
    private static readonly Version FirstWithMonitorObjects = new(11, 0);

    private readonly Lazy<Task<IReadOnlySet<string>>> _objects;
    private readonly Lazy<Task<QemuCapabilities>> _capabilities;
    private readonly Lazy<Task<QmpSchema>> _schema;

    private QemuBinary(string path, string versionText, Version version)
    {
        Path = path;
        VersionText = versionText;
        Version = version;
        _objects = new(ReadObjectsAsync);
        _capabilities = new(async () => await QemuCapabilities.ProbeAsync(path, await HasMonitorObjectsAsync().ConfigureAwait(false)).ConfigureAwait(false));
        _schema = new(async () => await QemuProbe.AskAsync(
            path, await HasMonitorObjectsAsync().ConfigureAwait(false), qmp => QmpSchema.LoadAsync(qmp)).ConfigureAwait(false));
    }

    /// <summary>The full path, with links not resolved.</summary>
    public string Path { get; }

    /// <summary>The version, for example 10.0.2.</summary>
    public Version Version { get; }

    /// <summary>The first line of <c>-version</c>, with the distribution's suffix.</summary>
    public string VersionText { get; }

    /// <summary>The target from the binary's name: the last part of <c>qemu-system-x86_64</c>. The binary itself reports
    /// <see cref="QemuCapabilities.Target"/>.</summary>
    /// <remarks><c>qemu_test.QemuBaseTest.arch</c>.</remarks>
    public string NamedTarget => TargetOf(Path);

    /// <summary>Opens a binary and reads its version.</summary>
    /// <param name="path">A path, or a name to find in PATH.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="QemuBinaryException">The path does not exist, is a directory, is not executable, or is not QEMU.</exception>
    public static async Task<QemuBinary> OpenAsync(string path, CancellationToken cancellationToken = default)
    {
        string found = Resolve(path);
        var file = new FileInfo(found);
        var key = (found, file.LastWriteTimeUtc, file.Length);
        Lazy<Task<QemuBinary>> asked = Known.GetOrAdd(key, _ => new(() => AskVersionAsync(found)));
        try
        {
            return await asked.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (QemuBinaryException)
        {
            Known.TryRemove(key, out _);
            throw;
        }
    }

    /// <summary>Gets the binary's features, from the binary itself.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="QemuBinaryException">The binary does not run far enough to answer.</exception>
    public Task<QemuCapabilities> GetCapabilitiesAsync(CancellationToken cancellationToken = default) =>
        _capabilities.Value.WaitAsync(cancellationToken);

    /// <summary>Gets the monitor's commands, arguments, enum values and events from <c>query-qmp-schema</c>: exact answers to whether the
    /// binary supports something. Read at the first use only, because it is long.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="QemuBinaryException">The binary does not run far enough to answer.</exception>
    public Task<QmpSchema> GetSchemaAsync(CancellationToken cancellationToken = default) => _schema.Value.WaitAsync(cancellationToken);

    /// <summary>Gets the types for <c>-object</c>, from <c>-object help</c>.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="QemuBinaryException">The binary does not run far enough to answer.</exception>
    public Task<IReadOnlySet<string>> GetObjectsAsync(CancellationToken cancellationToken = default) => _objects.Value.WaitAsync(cancellationToken);

    /// <summary>Gets the properties of a device type from <c>-device TYPE,help</c>; empty if the binary has no such device.</summary>
    /// <param name="device">The type, for example <c>vfio-pci</c>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="QemuBinaryException">The binary does not run far enough to answer.</exception>
    public async Task<IReadOnlySet<string>> GetDevicePropertiesAsync(string device, CancellationToken cancellationToken = default)
    {
        QemuCapabilities capabilities = await GetCapabilitiesAsync(cancellationToken).ConfigureAwait(false);
        if (!capabilities.Devices.Contains(device))
            return new HashSet<string>();
        string help = await QemuProbe.ReadAsync(Path, ["-machine", "none", "-device", device + ",help"], cancellationToken).ConfigureAwait(false);
        return DeviceProperty().Matches(help).Select(m => m.Groups[1].Value).ToHashSet();
    }

    /// <summary>Finds a firmware file in the folders that the binary searches (<c>-L help</c>). Distributions package firmware apart from QEMU, so
    /// a file of QEMU's own source can be missing.</summary>
    /// <param name="name">The file's name, for example <c>opensbi-riscv64-generic-fw_dynamic.bin</c>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The full path, or null if no folder has the file.</returns>
    /// <exception cref="QemuBinaryException">The binary does not run far enough to answer.</exception>
    public async Task<string?> FindFirmwareAsync(string name, CancellationToken cancellationToken = default)
    {
        string folders = await QemuProbe.ReadAsync(Path, ["-L", "help"], cancellationToken).ConfigureAwait(false);
        return folders.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => System.IO.Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Path} ({VersionText})";

    /// <summary>Gets whether monitors are objects (<c>-object monitor-qmp</c>). A binary that does not answer tells why when it is
    /// launched.</summary>
    internal async Task<bool> HasMonitorObjectsAsync(CancellationToken cancellationToken = default)
    {
        if (Version < FirstWithMonitorObjects)
            return false;
        try
        {
            return (await GetObjectsAsync(cancellationToken).ConfigureAwait(false)).Contains("monitor-qmp");
        }
        catch (QemuBinaryException)
        {
            return false;
        }
    }

    /// <summary>Gets the last part of a binary's name.</summary>
    internal static string TargetOf(string path) => System.IO.Path.GetFileName(path).Split('-')[^1];

    /// <summary>Gets the full path of a binary.</summary>
    /// <exception cref="QemuBinaryException">The path does not exist, is a directory, or is not executable.</exception>
    internal static string Resolve(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
            throw new QemuBinaryException("No QEMU binary is named. Name one, for example /usr/bin/qemu-system-x86_64.");
        string? found = path.Contains('/', StringComparison.Ordinal) ? System.IO.Path.GetFullPath(path) : SearchPath.Find(path);
        if (found is null)
            throw new QemuBinaryException($"QEMU binary '{path}' is not in PATH. Install it, or name it with its folder.");
        if (Directory.Exists(found))
            throw new QemuBinaryException($"QEMU binary '{path}' is a directory. Name the file in it, for example {path.TrimEnd('/')}/qemu-system-x86_64.");
        if (!File.Exists(found))
            throw new QemuBinaryException($"QEMU binary '{path}' does not exist{(path == found ? "" : $" (full path: {found})")}. Check the path, or build it.");
        if (!SearchPath.IsExecutable(found))
            throw new QemuBinaryException($"QEMU binary '{path}' is not executable. Try: chmod +x {ShellQuoting.Quote(found)}");
        return found;
    }

    // One name per line, under a heading that ends with a colon.
    private async Task<IReadOnlySet<string>> ReadObjectsAsync() =>
        (await QemuProbe.ReadAsync(Path, ["-object", "help"]).ConfigureAwait(false)).Split('\n')
            .Select(line => line.Trim()).Where(line => line.Length > 0 && !line.EndsWith(':')).ToHashSet();

    private static async Task<QemuBinary> AskVersionAsync(string path)
    {
        ProgramResult answer = await QemuProbe.RunAsync(path, ["--version"]).ConfigureAwait(false);
        string firstLine = answer.StandardOutput.Split('\n')[0].Trim();
        Match match = VersionLine().Match(firstLine);
        if (!match.Success)
        {
            string written = firstLine.Length > 0 ? firstLine : answer.StandardError.Split('\n')[0].Trim();
            throw new QemuBinaryException(
                $"'{path}' is not QEMU: the output of --version is '{written}' ({answer.Exit}). Name a qemu-system-* binary, or a qemu-* user emulator.");
        }

        return new QemuBinary(path, firstLine, Version.Parse(match.Groups[1].Value));
    }

    [GeneratedRegex(@"^\s+([\w.-]+)=<", RegexOptions.Multiline)]
    private static partial Regex DeviceProperty();

    [GeneratedRegex(@"^(?:QEMU emulator|qemu-\S+) version (\d+\.\d+(?:\.\d+)?)")]
    private static partial Regex VersionLine();
}
