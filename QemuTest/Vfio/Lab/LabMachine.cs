using System.Globalization;
using System.Text.Json;
using QemuTest.Migration;
using QemuTest.Processes;
using QemuTest.Qmp;

namespace QemuTest.Vfio;

/// <summary>A QEMU under test in the lab. Its monitor is an ordinary <see cref="QmpClient"/>. Not thread-safe.</summary>
public sealed class LabMachine : IVfioMachine
{
    private static readonly TimeSpan UnplugTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan QuitTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan KillTimeout = TimeSpan.FromSeconds(3);

    private readonly LabShell _shell;
    private (long Output, long Trace) _marks;

    internal LabMachine(
        LabShell shell, string name, QmpClient monitor, IReadOnlyList<LabDevice> devices, VfioMachineOptions options, string commandLine)
    {
        _shell = shell;
        Name = name;
        Qmp = monitor;
        Devices = devices;
        Options = options;
        CommandLine = commandLine;
    }

    /// <summary>Gets the machine's name, which is also that of its logs.</summary>
    public string Name { get; }

    /// <summary>Gets the monitor.</summary>
    public QmpClient Qmp { get; }

    /// <summary>Gets its VFIO devices, in slot order.</summary>
    public IReadOnlyList<LabDevice> Devices { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<string> DeviceNames => [.. Devices.Select(device => device.Name)];

    /// <inheritdoc/>
    public VfioMachineOptions Options { get; }

    /// <summary>Gets the command line in the lab.</summary>
    public string CommandLine { get; }

    /// <summary>Writes contents to the mtty devices, in slot order, like a guest.</summary>
    /// <param name="contents">The contents, one per device.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task WriteDevicesAsync(IReadOnlyList<MttyContents> contents, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(contents);
        for (int i = 0; i < contents.Count; i++)
            await new MttyPort(Qmp, slot: SlotOf(i)).WriteAsync(contents[i], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the mtty devices, in slot order, like a guest. A device loads its state only when the guest runs: on a paused
    /// destination, this reads the contents from before the migration.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<IReadOnlyList<MttyContents>> ReadDevicesAsync(CancellationToken cancellationToken = default)
    {
        var contents = new List<MttyContents>();
        for (int i = 0; i < Devices.Count; i++)
            contents.Add(await new MttyPort(Qmp, slot: SlotOf(i)).ReadAsync(cancellationToken).ConfigureAwait(false));
        return contents;
    }

    /// <summary>Reads QEMU's standard output and standard error so far.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<string> ReadOutputAsync(CancellationToken cancellationToken = default) =>
        _shell.RunAsync($"cat {LabFiles.Output(Name)}", cancellationToken);

    /// <summary>Reads QEMU's trace so far.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<string> ReadTraceAsync(CancellationToken cancellationToken = default) =>
        _shell.RunAsync($"cat {LabFiles.Trace(Name)} 2>/dev/null || true", cancellationToken);

    /// <summary>Reads how QEMU exited; null while it runs.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<ProcessExit?> ReadExitAsync(CancellationToken cancellationToken = default)
    {
        string code = await _shell.RunAsync($"cat {LabFiles.ExitCode(Name)} 2>/dev/null || true", cancellationToken).ConfigureAwait(false);
        return code.Trim().Length == 0 ? null : new ProcessExit(int.Parse(code, CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    async Task<VfioMigrationSide> IVfioMachine.ReadSideAsync(MigrationSide side, CancellationToken cancellationToken) => new(
        side,
        await ReadExitAsync(cancellationToken).ConfigureAwait(false),
        await ReadSinceAsync(LabFiles.Output(Name), _marks.Output, cancellationToken).ConfigureAwait(false),
        await ReadSinceAsync(LabFiles.Trace(Name), _marks.Trace, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    async Task IVfioMachine.MarkLogsAsync(CancellationToken cancellationToken)
    {
        string sizes = await _shell.RunAsync(
            $"for file in {LabFiles.Output(Name)} {LabFiles.Trace(Name)}; do wc -c <$file; done", cancellationToken).ConfigureAwait(false);
        long[] parsed = [.. sizes.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(size => long.Parse(size, CultureInfo.InvariantCulture))];
        _marks = (parsed[0], parsed[1]);
    }

    /// <summary>Plugs a device in after the last one, with the same properties as those from the command line.</summary>
    /// <param name="device">The device.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="QmpCommandException">QEMU refuses the device.</exception>
    public async Task PlugAsync(LabDevice device, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        IReadOnlyDictionary<string, string> properties = LabCommandLine.DeviceProperties(device, Devices.Count, Options);
        await Qmp.ExecuteAsync("device_add", JsonSerializer.SerializeToElement(properties), cancellationToken: cancellationToken).ConfigureAwait(false);
        Devices = [.. Devices, device];
    }

    /// <summary>Unplugs the last device. The guest must be able to eject its slot, as on machine type <c>pc</c>; the monitor's port I/O does
    /// the guest's part.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="QmpTimeoutException">QEMU does not announce the removal within 15 s.</exception>
    public async Task UnplugLastAsync(CancellationToken cancellationToken = default)
    {
        int last = Devices.Count - 1;
        string id = VfioArguments.DeviceId(last);
        using QmpEventSubscription deleted = Qmp.Subscribe(DeviceDeletedEvent.EventName);
        await Qmp.DeviceDelAsync(id, cancellationToken: cancellationToken).ConfigureAwait(false);
        // ACPI's registers for a guest's eject: the bus, then the bit of the slot.
        await Qmp.HumanMonitorCommandAsync("o /w 0xae10 0", cancellationToken: cancellationToken).ConfigureAwait(false);
        await Qmp.HumanMonitorCommandAsync(
            string.Create(CultureInfo.InvariantCulture, $"o /w 0xae08 0x{1 << SlotOf(last):x}"), cancellationToken: cancellationToken).ConfigureAwait(false);
        await deleted.NextAsync(
            DeviceDeletedEvent.EventName, UnplugTimeout, e => QmpEvents.Decode(e) is DeviceDeletedEvent { Device: var device } && device == id, cancellationToken).ConfigureAwait(false);
        Devices = [.. Devices.Take(last)];
    }

    /// <summary>Kills QEMU (SIGKILL) and waits for its exit.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task<ProcessExit> KillAsync(CancellationToken cancellationToken = default)
    {
        // QEMU is not a child of this shell: its parent writes the exit code a moment after the signal.
        await _shell.RunAsync(
            $"kill -9 $(cat {LabFiles.ProcessId(Name)}); until [ -s {LabFiles.ExitCode(Name)} ]; do usleep 10000; done",
            cancellationToken).ConfigureAwait(false);
        return (await ReadExitAsync(cancellationToken).ConfigureAwait(false))!.Value;
    }

    /// <summary>Asks QEMU to quit and waits for its exit.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="VfioLabException">QEMU did not exit within 30 s and was killed.</exception>
    public async Task<ProcessExit> QuitAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await Qmp.QuitAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (QmpException error) when (error is QmpDisconnectedException or QmpTimeoutException)
        {
            // It exits already, or hangs: the exit code decides.
        }

        await Qmp.DisposeAsync().ConfigureAwait(false);

        // QEMU is not a child of this shell, which therefore has to poll.
        TimeSpan timeout = Timeouts.Scale(QuitTimeout);
        long patience = LabFiles.PollsIn(timeout);
        await _shell.RunAsync(
            string.Create(CultureInfo.InvariantCulture,
                $"""
                i=0
                until [ -s {LabFiles.ExitCode(Name)} ]; do
                  i=$((i + 1))
                  [ $i -le {patience} ] || kill -9 $(cat {LabFiles.ProcessId(Name)})
                  [ $i -le {patience + LabFiles.PollsIn(Timeouts.Scale(KillTimeout))} ] || break
                  {LabFiles.PollPause}
                done
                [ $i -le {patience} ] || echo "QEMU '{Name}' did not exit within {timeout.TotalSeconds:0.###} s and was killed"
                [ $i -le {patience} ]
                """),
            cancellationToken).ConfigureAwait(false);
        return (await ReadExitAsync(cancellationToken).ConfigureAwait(false))!.Value;
    }

    private int SlotOf(int device) => Options.FirstSlot + device;

    private Task<string> ReadSinceAsync(string file, long begin, CancellationToken cancellationToken = default) =>
        _shell.RunAsync(string.Create(CultureInfo.InvariantCulture, $"tail -c +{begin + 1} {file}"), cancellationToken);
}
