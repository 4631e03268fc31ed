using System.Collections.Concurrent;
using System.ComponentModel;
using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;
using CliWrap.Exceptions;
using QemuTest.Processes;
using QemuTest.Qmp;

namespace QemuTest.Machines;

/// <summary>A QEMU that can be run: its path, its version, its target, and what it was built with. Immutable and thread-safe;
/// each binary is asked once a process.</summary>
public sealed partial class QemuBinary
{
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(20);
    private static readonly ConcurrentDictionary<(string Path, DateTime Written, long Size), Lazy<Task<QemuBinary>>> Known = new();

    private readonly Lazy<Task<QemuCapabilities>> _capabilities;
    private readonly Lazy<Task<QmpSchema>> _schema;

    private QemuBinary(string path, string versionText, Version version)
    {
        Path = path;
        VersionText = versionText;
        Version = version;
        _capabilities = new(() => QemuCapabilities.ProbeAsync(this));
        _schema = new(() => QemuProbe.AskAsync(this, qmp => QmpSchema.LoadAsync(qmp)));
    }

    /// <summary>The full path, links not resolved.</summary>
    public string Path { get; }

    /// <summary>The version, for example 10.0.2.</summary>
    public Version Version { get; }

    /// <summary>The first line of <c>-version</c>, with the distribution's suffix.</summary>
    public string VersionText { get; }

    /// <summary>What the binary's name says of its target: the last piece of <c>qemu-system-x86_64</c>. Equals upstream's
    /// <c>arch</c>; <see cref="QemuCapabilities.Target"/> is what the binary itself says.</summary>
    public string NamedTarget => TargetOf(Path);

    /// <summary>Looks at a binary.</summary>
    /// <param name="path">A path, or a name to be found in PATH.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="QemuBinaryException">Not there, a directory, not executable, or not QEMU.</exception>
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

    /// <summary>What the binary was built with, asked of the binary itself.</summary>
    /// <exception cref="QemuMachineException">The binary does not run far enough to answer.</exception>
    public Task<QemuCapabilities> GetCapabilitiesAsync(CancellationToken cancellationToken = default) =>
        _capabilities.Value.WaitAsync(cancellationToken);

    /// <summary>The monitor's commands, arguments, enum values and events by <c>query-qmp-schema</c>: exact answers to whether the
    /// binary supports something. Asked at the first use only, for it is long.</summary>
    /// <exception cref="QemuMachineException">The binary does not run far enough to answer.</exception>
    public Task<QmpSchema> GetSchemaAsync(CancellationToken cancellationToken = default) => _schema.Value.WaitAsync(cancellationToken);

    /// <summary>The properties of a device type, by <c>-device TYPE,help</c>; empty where the binary has no such device.</summary>
    public async Task<IReadOnlySet<string>> GetDevicePropertiesAsync(string device)
    {
        QemuCapabilities capabilities = await GetCapabilitiesAsync().ConfigureAwait(false);
        if (!capabilities.Devices.Contains(device))
            return new HashSet<string>();
        string help = await AskAsync("-machine", "none", "-device", device + ",help").ConfigureAwait(false);
        return DeviceProperty().Matches(help).Select(m => m.Groups[1].Value).ToHashSet();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Path} ({VersionText})";

    /// <summary>The last piece of a binary's name.</summary>
    internal static string TargetOf(string path) => System.IO.Path.GetFileName(path).Split('-')[^1];

    /// <summary>Runs the binary to its end for what it prints, for example <c>-accel help</c>.</summary>
    internal async Task<string> AskAsync(params string[] arguments)
    {
        BufferedCommandResult answer = await RunAsync(Path, arguments).ConfigureAwait(false);
        return answer.ExitCode == 0
            ? answer.StandardOutput
            : throw new QemuMachineException(
                $"'{Path} {ShellQuoting.Join(arguments)}' ended with {new ProcessExit(answer.ExitCode)}: {answer.StandardError.Trim()}");
    }

    private static async Task<QemuBinary> AskVersionAsync(string path)
    {
        BufferedCommandResult answer = await RunAsync(path, ["--version"]).ConfigureAwait(false);
        string firstLine = answer.StandardOutput.Split('\n')[0].Trim();
        Match match = VersionLine().Match(firstLine);
        if (!match.Success)
        {
            string said = firstLine.Length > 0 ? firstLine : answer.StandardError.Split('\n')[0].Trim();
            throw new QemuBinaryException(
                $"'{path}' is not QEMU: asked for its version it said '{said}' ({new ProcessExit(answer.ExitCode)}). " +
                "Name a qemu-system-* binary, for example in QEMU_TEST_QEMU_BINARY.");
        }

        return new QemuBinary(path, firstLine, Version.Parse(match.Groups[1].Value));
    }

    private static async Task<BufferedCommandResult> RunAsync(string path, string[] arguments)
    {
        using var timeout = new CancellationTokenSource(Timeouts.Scale(AskTimeout));
        var output = new System.Text.StringBuilder();
        var error = new System.Text.StringBuilder();
        Command command = ChildProcesses.Guarded(path, arguments)
            .WithStandardOutputPipe(PipeTarget.ToStringBuilder(output))
            .WithStandardErrorPipe(PipeTarget.ToStringBuilder(error));
        try
        {
            CommandTask<CommandResult> task = await ChildProcesses.StartAsync(command, [], timeout.Token).ConfigureAwait(false);
            CommandResult result = await task.Task.ConfigureAwait(false);
            return new BufferedCommandResult(result.ExitCode, result.StartTime, result.ExitTime, output.ToString(), error.ToString());
        }
        catch (OperationCanceledException)
        {
            throw new QemuBinaryException(
                $"'{path} {ShellQuoting.Join(arguments)}' did not end within {Timeouts.Scale(AskTimeout).TotalSeconds} s; is it really QEMU?");
        }
        catch (Exception failure) when (failure is Win32Exception or CliWrapException)
        {
            throw new QemuBinaryException($"'{path}' cannot be run: {failure.Message} (setpriv of util-linux starts it).", failure);
        }
    }

    private static string Resolve(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
            throw new QemuBinaryException(
                "No QEMU binary is named. Set QEMU_TEST_QEMU_BINARY to one, for example /usr/bin/qemu-system-x86_64.");
        string? found = path.Contains('/', StringComparison.Ordinal) ? System.IO.Path.GetFullPath(path) : SearchPath.Find(path);
        if (found is null)
            throw new QemuBinaryException($"QEMU binary '{path}' is not in PATH. Install it, or name it with its folder.");
        if (Directory.Exists(found))
            throw new QemuBinaryException($"QEMU binary '{path}' is a directory. Name the file in it, for example {path.TrimEnd('/')}/qemu-system-x86_64.");
        if (!File.Exists(found))
            throw new QemuBinaryException($"QEMU binary '{path}' does not exist{(path == found ? "" : $" (looked at {found})")}. Check QEMU_TEST_QEMU_BINARY, or the build.");
        if (!SearchPath.IsExecutable(found))
            throw new QemuBinaryException($"QEMU binary '{path}' is not executable. Try: chmod +x {ShellQuoting.Quote(found)}");
        return found;
    }

    [GeneratedRegex(@"^\s+([\w.-]+)=<", RegexOptions.Multiline)]
    private static partial Regex DeviceProperty();

    [GeneratedRegex(@"^(?:QEMU emulator|qemu-\S+) version (\d+\.\d+(?:\.\d+)?)")]
    private static partial Regex VersionLine();
}
