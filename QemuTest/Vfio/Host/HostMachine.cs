using System.Text;
using QemuTest.Machines;
using QemuTest.Migration;
using QemuTest.Processes;
using QemuTest.Qmp;

namespace QemuTest.Vfio;

/// <summary>A QEMU under test on this host, with VFIO devices that the user named.</summary>
public sealed class HostMachine : IVfioMachine
{
    private readonly string _trace;
    private (long Output, long Trace) _marks;

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

    /// <summary>Gets the process, with its command line and logs.</summary>
    public QemuMachine Process { get; }

    /// <summary>Gets its VFIO devices, in slot order.</summary>
    public IReadOnlyList<HostDevice> Devices { get; }

    /// <inheritdoc/>
    public VfioMachineOptions Options { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> DeviceNames => [.. Devices.Select(device => device.Name)];

    /// <inheritdoc/>
    Task IVfioMachine.MarkLogsAsync(CancellationToken cancellationToken)
    {
        _marks = (new FileInfo(Process.LogFile).Length, new FileInfo(_trace).Length);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    /// <exception cref="QemuAbnormalExitException">QEMU closed its monitor, but did not exit within 30 s and was killed.</exception>
    async Task<VfioMigrationSide> IVfioMachine.ReadSideAsync(MigrationSide side, CancellationToken cancellationToken)
    {
        // An exiting QEMU closes its monitor first. Its output is complete only after the exit.
        if (!Qmp.IsConnected)
            await Process.WaitForExitAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        return new VfioMigrationSide(
            side,
            Process.Exit,
            await ReadSinceAsync(Process.LogFile, _marks.Output, cancellationToken).ConfigureAwait(false),
            await ReadSinceAsync(_trace, _marks.Trace, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Asks QEMU to quit and waits for its exit, which frees its devices for another QEMU.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="QemuAbnormalExitException">QEMU crashed, exited with an error, or did not exit within 30 s and was killed.</exception>
    public async Task<ProcessExit> QuitAsync(CancellationToken cancellationToken = default)
    {
        await Process.ShutdownAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        return Process.Exit!.Value;
    }

    private static async Task<string> ReadSinceAsync(string file, long begin, CancellationToken cancellationToken = default)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Position = begin;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }
}
