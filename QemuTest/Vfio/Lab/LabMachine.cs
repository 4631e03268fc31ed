using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using QemuTest.Processes;
using QemuTest.Qmp;

namespace QemuTest.Vfio;

/// <summary>A QEMU under test that runs in the lab. Its monitor is an ordinary <see cref="QmpClient"/>.</summary>
public sealed class LabMachine : IVfioMachine
{
    private static readonly TimeSpan UnplugTimeout = TimeSpan.FromSeconds(15);

    private readonly LabShell _shell;
    private (long Output, long Trace) _migrationBegan;

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

    /// <summary>The machine's name, which its logs carry.</summary>
    public string Name { get; }

    /// <summary>The monitor.</summary>
    public QmpClient Qmp { get; }

    /// <summary>Its VFIO devices, in slot order.</summary>
    public IReadOnlyList<LabDevice> Devices { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<string> DeviceNames => [.. Devices.Select(device => device.Name)];

    /// <inheritdoc/>
    public VfioMachineOptions Options { get; }

    /// <summary>The command line, as it ran in the lab.</summary>
    public string CommandLine { get; }

    /// <summary>Writes contents into the mtty devices, in slot order, as a guest would.</summary>
    public async Task WriteDevicesAsync(IReadOnlyList<MttyContents> contents, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(contents);
        for (int i = 0; i < contents.Count; i++)
            await new MttyPort(Qmp, slot: SlotOf(i)).WriteAsync(contents[i], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the mtty devices, in slot order, as a guest would. A device's state is loaded only when the guest runs: on a
    /// paused destination this reads what was there before the migration.</summary>
    public async Task<IReadOnlyList<MttyContents>> ReadDevicesAsync(CancellationToken cancellationToken = default)
    {
        var contents = new List<MttyContents>();
        for (int i = 0; i < Devices.Count; i++)
            contents.Add(await new MttyPort(Qmp, slot: SlotOf(i)).ReadAsync(cancellationToken).ConfigureAwait(false));
        return contents;
    }

    /// <summary>What QEMU wrote on standard output and standard error so far.</summary>
    public Task<string> ReadOutputAsync(CancellationToken cancellationToken = default) =>
        _shell.RunAsync($"cat {LabFiles.Output(Name)}", cancellationToken);

    /// <summary>QEMU's trace so far.</summary>
    public Task<string> ReadTraceAsync(CancellationToken cancellationToken = default) =>
        _shell.RunAsync($"cat {LabFiles.Trace(Name)} 2>/dev/null || true", cancellationToken);

    /// <summary>How QEMU ended, or null while it runs.</summary>
    public async Task<ProcessExit?> ReadExitAsync(CancellationToken cancellationToken = default)
    {
        string code = await _shell.RunAsync($"cat {LabFiles.ExitCode(Name)} 2>/dev/null || true", cancellationToken).ConfigureAwait(false);
        return code.Trim().Length == 0 ? null : new ProcessExit(int.Parse(code, CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public async Task<VfioMachineReport> ReportAsync(CancellationToken cancellationToken = default) => VfioMachineReport.Read(
        await ReadExitAsync(cancellationToken).ConfigureAwait(false),
        await ReadSinceAsync(LabFiles.Output(Name), _migrationBegan.Output, cancellationToken).ConfigureAwait(false),
        await ReadSinceAsync(LabFiles.Trace(Name), _migrationBegan.Trace, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public async Task MarkLogsAsync(CancellationToken cancellationToken = default)
    {
        string sizes = await _shell.RunAsync(
            $"for file in {LabFiles.Output(Name)} {LabFiles.Trace(Name)}; do wc -c <$file; done", cancellationToken).ConfigureAwait(false);
        long[] parsed = [.. sizes.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(size => long.Parse(size, CultureInfo.InvariantCulture))];
        _migrationBegan = (parsed[0], parsed[1]);
    }

    /// <summary>Plugs a device in, behind the last one, set up as those from the command line.</summary>
    /// <exception cref="QmpCommandException">QEMU refused it.</exception>
    public async Task PlugAsync(LabDevice device, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        IReadOnlyDictionary<string, string> properties = LabCommandLine.DeviceProperties(device, Devices.Count, Options);
        await Qmp.ExecuteAsync(
            "device_add",
            JsonElement.Parse(new JsonObject([.. properties.Select(p => KeyValuePair.Create<string, JsonNode?>(p.Key, p.Value))]).ToJsonString()),
            cancellationToken: cancellationToken).ConfigureAwait(false);
        Devices = [.. Devices, device];
    }

    /// <summary>Unplugs the last device. Its slot must be one that a guest can eject, as on machine type <c>pc</c>; the guest's part is
    /// played through the monitor's port I/O.</summary>
    public async Task UnplugLastAsync(CancellationToken cancellationToken = default)
    {
        int last = Devices.Count - 1;
        using QmpEventSubscription deleted = Qmp.Subscribe("DEVICE_DELETED");
        await Qmp.DeviceDelAsync(VfioArguments.DeviceId(last), cancellationToken: cancellationToken).ConfigureAwait(false);
        // The bus, then the slot's bit, in the registers that ACPI gives a guest for this.
        await Qmp.HumanMonitorCommandAsync("o /w 0xae10 0", cancellationToken: cancellationToken).ConfigureAwait(false);
        await Qmp.HumanMonitorCommandAsync(
            string.Create(CultureInfo.InvariantCulture, $"o /w 0xae08 0x{1 << SlotOf(last):x}"), cancellationToken: cancellationToken).ConfigureAwait(false);
        await deleted.NextAsync("DEVICE_DELETED", UnplugTimeout, e => e.GetString("device") == VfioArguments.DeviceId(last), cancellationToken).ConfigureAwait(false);
        Devices = [.. Devices.Take(last)];
    }

    /// <summary>Kills QEMU (SIGKILL) and waits until it has gone.</summary>
    public async Task<ProcessExit> KillAsync(CancellationToken cancellationToken = default)
    {
        // The process's keeper writes the code a moment after the signal; it is not this shell's child.
        await _shell.RunAsync(
            $"kill -9 $(cat {LabFiles.ProcessId(Name)}); until [ -s {LabFiles.ExitCode(Name)} ]; do usleep 10000; done",
            cancellationToken).ConfigureAwait(false);
        return (await ReadExitAsync(cancellationToken).ConfigureAwait(false))!.Value;
    }

    /// <summary>Asks QEMU to quit and waits until it has.</summary>
    /// <exception cref="VfioLabException">It did not end within 30 s; it was killed then.</exception>
    public async Task<ProcessExit> QuitAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await Qmp.QuitAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (QmpException error) when (error is QmpDisconnectedException or QmpTimeoutException)
        {
            // Ending already, or hung: the exit code, or its absence, tells.
        }

        await Qmp.DisposeAsync().ConfigureAwait(false);

        // The guest's shell has no way to wait for a process that is not its child but to look.
        await _shell.RunAsync(
            $"""
            i=0
            until [ -s {LabFiles.ExitCode(Name)} ]; do
              i=$((i + 1))
              [ $i -le 600 ] || kill -9 $(cat {LabFiles.ProcessId(Name)})
              [ $i -le 660 ] || break
              usleep 50000
            done
            [ $i -le 600 ] || echo "QEMU '{Name}' did not quit within 30 s and was killed"
            [ $i -le 600 ]
            """,
            cancellationToken).ConfigureAwait(false);
        return (await ReadExitAsync(cancellationToken).ConfigureAwait(false))!.Value;
    }

    private int SlotOf(int device) => Options.FirstSlot + device;

    private Task<string> ReadSinceAsync(string file, long begin, CancellationToken cancellationToken) =>
        _shell.RunAsync(string.Create(CultureInfo.InvariantCulture, $"tail -c +{begin + 1} {file}"), cancellationToken);
}
