using System.Text;
using QemuTest.Machines;
using QemuTest.Processes;
using QemuTest.Qmp;

namespace QemuTest.Vfio;

/// <summary>A QEMU under test that runs on this host, with VFIO devices that its user named.</summary>
public sealed class HostMachine : IVfioMachine
{
    private readonly string _trace;
    private (long Output, long Trace) _migrationBegan;

    internal HostMachine(QemuMachine process, IReadOnlyList<HostDevice> devices, VfioMachineOptions options, string trace)
    {
        Process = process;
        Devices = devices;
        Options = options;
        _trace = trace;
    }

    /// <inheritdoc/>
    public string Name => Process.Name;

    /// <inheritdoc/>
    public QmpClient Qmp => Process.Qmp;

    /// <summary>The process, its command line and its logs.</summary>
    public QemuMachine Process { get; }

    /// <summary>Its VFIO devices, in slot order.</summary>
    public IReadOnlyList<HostDevice> Devices { get; }

    /// <inheritdoc/>
    public VfioMachineOptions Options { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> DeviceNames => [.. Devices.Select(device => device.Name)];

    /// <inheritdoc/>
    public Task MarkLogsAsync(CancellationToken cancellationToken = default)
    {
        _migrationBegan = (new FileInfo(Process.LogFile).Length, new FileInfo(_trace).Length);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    /// <exception cref="QemuAbnormalExitException">It closed its monitor, but did not end within 30 s and was killed.</exception>
    public async Task<VfioMachineReport> ReportAsync(CancellationToken cancellationToken = default)
    {
        // A QEMU that ends closes its monitor first; its last words are in the log only when it has ended.
        if (!Qmp.IsConnected)
            await Process.WaitForExitAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        return VfioMachineReport.Read(
            Process.Exit,
            await ReadSinceAsync(Process.LogFile, _migrationBegan.Output, cancellationToken).ConfigureAwait(false),
            await ReadSinceAsync(_trace, _migrationBegan.Trace, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Asks QEMU to quit and waits until it has: only then are its devices free for another.</summary>
    /// <exception cref="QemuAbnormalExitException">It crashed, exited with an error, or did not end within 30 s and was killed.</exception>
    public async Task<ProcessExit> QuitAsync(CancellationToken cancellationToken = default)
    {
        await Process.ShutdownAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        return Process.Exit!.Value;
    }

    private static async Task<string> ReadSinceAsync(string file, long begin, CancellationToken cancellationToken)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Position = begin;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }
}
