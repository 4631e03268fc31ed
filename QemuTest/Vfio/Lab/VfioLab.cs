using System.Globalization;
using System.Net;
using QemuTest.Machines;
using QemuTest.Processes;
using QemuTest.Qmp;

namespace QemuTest.Vfio;

/// <summary>
/// A VFIO host without hardware: a throw-away guest under emulation whose kernel has a sample mdev driver. It makes software
/// VFIO devices and runs the QEMUs under test, copied into its memory, as ordinary processes. Nothing is mounted, loaded or
/// configured on the host; whatever happens in the lab goes with it.
/// </summary>
public sealed class VfioLab : IAsyncDisposable
{
    private const int FirstMonitorPort = 3000;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RoomTimeout = TimeSpan.FromMinutes(10);

    private readonly IDisposable _room;
    private readonly QemuMachine _guest;
    private readonly LabShell _shell;
    private readonly VfioBinaries _binaries;
    private readonly List<LabMachine> _machines = [];
    private int _started;

    private VfioLab(IDisposable room, QemuMachine guest, LabShell shell, VfioBinaries binaries)
    {
        _room = room;
        _guest = guest;
        _shell = shell;
        _binaries = binaries;
    }

    /// <summary>A named pipe, as the machines in the lab see it; beside it is room for their files and sockets.</summary>
    public static string Pipe => LabFiles.PipeForQemu;

    /// <summary>The guest that is the lab.</summary>
    public QemuMachine Guest => _guest;

    /// <summary>A root shell in it.</summary>
    internal LabShell Shell => _shell;

    /// <summary>Every machine started in the lab, in order.</summary>
    public IReadOnlyList<LabMachine> Machines => _machines;

    /// <summary>Starts a lab: restores it from the snapshot that has this QEMU in it, which is made first if there is none.
    /// As many labs run at once in a process as fit into three quarters of the memory that was available at the first start, at least one;
    /// another one waits for up to ten minutes until one of them has ended.</summary>
    /// <param name="qemu">The path of the QEMU under test; it also runs the lab's guest.</param>
    /// <param name="options">Name and folders of the lab's own machine.</param>
    /// <param name="destinationQemu">The path of the QEMU that the destinations of migrations run on; null for the same.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="VfioLabException">No image, no room in time, or the guest did not come up; the last console lines are in the
    /// text.</exception>
    public static async Task<VfioLab> StartAsync(
        string qemu, QemuMachineOptions options, string? destinationQemu = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var image = VfioLabImage.Locate();
        QemuBinary binary = await QemuBinary.OpenAsync(qemu, cancellationToken).ConfigureAwait(false);
        QemuBinary destination = await QemuBinary.OpenAsync(destinationQemu ?? qemu, cancellationToken).ConfigureAwait(false);
        VfioBinaries binaries = await VfioBinaries.OfAsync(binary, destination, cancellationToken).ConfigureAwait(false);
        RuntimeFiles closure = await RuntimeFiles.OfAsync([binary, destination], cancellationToken).ConfigureAwait(false);
        IDisposable room = await LabCapacity.OfThisMachine.TakeAsync(RoomTimeout, cancellationToken).ConfigureAwait(false);
        string? snapshot = null;
        try
        {
            snapshot = await LabSnapshot.GetAsync(binary, closure, image, options.Log, cancellationToken).ConfigureAwait(false);
            (QemuMachine guest, LabShell shell) = await LabGuest.RestoreAsync(
                binary.Path, image, snapshot, options, cancellationToken).ConfigureAwait(false);
            return new VfioLab(room, guest, shell, binaries);
        }
        catch (Exception error)
        {
            room.Dispose();
            if (snapshot is null || error is not (VfioLabException or QmpException or QemuMachineException))
                throw;
            LabSnapshot.Discard(snapshot);
            throw new VfioLabException(
                $"The VFIO lab cannot be restored from {snapshot}, which was removed: the next start boots anew. {error.Message}", error);
        }
    }

    /// <summary>Makes a device.</summary>
    /// <param name="type">An mdev type: <c>mtty-1</c> (one port) or <c>mtty-2</c> (two).</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<LabDevice> CreateDeviceAsync(string type = "mtty-1", CancellationToken cancellationToken = default)
    {
        var device = new LabDevice(Guid.NewGuid(), type);
        await _shell.RunAsync(device.CreateCommand, cancellationToken).ConfigureAwait(false);
        return device;
    }

    /// <summary>Makes a device of the lab's own kind: with a state of any size, latencies, and faults.</summary>
    /// <exception cref="VfioLabException">The kernel refused an option, or has no memory for the state.</exception>
    public Task<SyntheticDevice> CreateSampleDeviceAsync(SyntheticDeviceOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return SyntheticDevice.CreateAsync(_shell, options, cancellationToken);
    }

    /// <summary>Makes devices of one kind.</summary>
    public async Task<IReadOnlyList<LabDevice>> CreateDevicesAsync(int count, CancellationToken cancellationToken = default)
    {
        var devices = new List<LabDevice>();
        for (int i = 0; i < count; i++)
            devices.Add(await CreateDeviceAsync(cancellationToken: cancellationToken).ConfigureAwait(false));
        return devices;
    }

    /// <summary>Starts a QEMU under test with the given devices, and a guest that halts at once and touches nothing.</summary>
    /// <param name="name">The machine's name; a second start under the same name replaces the first one's logs.</param>
    /// <param name="devices">Its VFIO devices.</param>
    /// <param name="options">Everything else; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="VfioLabException">QEMU did not start; its own words are in the text.</exception>
    public async Task<LabMachine> StartMachineAsync(
        string name, IReadOnlyList<LabDevice> devices, VfioMachineOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(devices);
        options ??= new VfioMachineOptions();
        // A port of its own for each start: no wait for one that is just being closed.
        int port = FirstMonitorPort + _started++;
        string commandLine = ShellQuoting.Join(LabCommandLine.Of(_binaries, name, port, devices, options));
        (int code, string output) = await _shell.TryRunAsync(StartScript(name, commandLine, port), cancellationToken, StartTimeout).ConfigureAwait(false);
        if (code != 0)
            throw DidNotStart(name, output, commandLine);
        await _guest.Qmp.HumanMonitorCommandAsync(
            string.Create(CultureInfo.InvariantCulture, $"hostfwd_add net tcp:127.0.0.1:0-:{port}"), cancellationToken: cancellationToken).ConfigureAwait(false);
        var endPoint = new IPEndPoint(IPAddress.Loopback, await LabGuest.ForwardedPortAsync(_guest, port, cancellationToken).ConfigureAwait(false));
        try
        {
            QmpClient monitor = await QmpClient.ConnectAsync(
                endPoint, new QmpClientOptions { Name = name, OnTranscript = _guest.TranscriptSink(name) }, cancellationToken).ConfigureAwait(false);
            var machine = new LabMachine(_shell, name, monitor, devices, options, commandLine);
            _machines.Add(machine);
            return machine;
        }
        catch (QmpConnectException error)
        {
            // The monitor listens before the devices are made, so a device that fails ends a QEMU that seemed to be up.
            (_, output) = await _shell.TryRunAsync(EndScript(name), cancellationToken).ConfigureAwait(false);
            throw DidNotStart(name, output, commandLine, error);
        }
    }

    /// <summary>Starts a source and a destination with new devices of the same kind.</summary>
    /// <param name="devices">How many devices each has.</param>
    /// <param name="source">How the source is started; null for the defaults.</param>
    /// <param name="destination">How the destination is, <c>-incoming defer</c> aside, which is added; null for the same.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<VfioMigrationPair> StartPairAsync(
        int devices, VfioMachineOptions? source = null, VfioMachineOptions? destination = null, CancellationToken cancellationToken = default)
    {
        source ??= new VfioMachineOptions();
        return new VfioMigrationPair(
            await StartMachineAsync(
                "source", await CreateDevicesAsync(devices, cancellationToken).ConfigureAwait(false), source, cancellationToken).ConfigureAwait(false),
            await StartDestinationAsync("destination", devices, destination ?? source, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Starts a machine with new devices that waits for a guest.</summary>
    /// <param name="name">The machine's name.</param>
    /// <param name="devices">How many devices it has.</param>
    /// <param name="options">How it is started, <c>-incoming defer</c> aside, which is added.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<LabMachine> StartDestinationAsync(
        string name, int devices, VfioMachineOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<LabDevice> own = await CreateDevicesAsync(devices, cancellationToken).ConfigureAwait(false);
        return await StartMachineAsync(name, own, options.AsDestination, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes the lab's loopback interface down or up again: what migrates over it stalls meanwhile, without an error. The
    /// monitors take another way.</summary>
    public Task SetLoopbackAsync(bool up, CancellationToken cancellationToken = default) =>
        _shell.RunAsync($"ip link set lo {(up ? "up" : "down")}", cancellationToken);

    /// <summary>Passes what connects to one TCP port of the lab's loopback on to another.</summary>
    public async Task<LabRelay> StartRelayAsync(int port, int targetPort, CancellationToken cancellationToken = default)
    {
        string session = LabFiles.Relay(port);
        await _shell.RunAsync(
            string.Create(CultureInfo.InvariantCulture,
                $"""
                setsid sh -c 'echo $$ >{session}; exec nc -ll -p {port} -e nc 127.0.0.1 {targetPort}' </dev/null >/dev/null 2>&1 &
                until cat /proc/net/tcp /proc/net/tcp6 | grep -q ':{port:X4} 0*:0000 0A'; do usleep 10000; done
                """),
            cancellationToken).ConfigureAwait(false);
        return new LabRelay(_shell, session, port);
    }

    /// <summary>What is in use in the lab now.</summary>
    public async Task<LabUsage> ReadUsageAsync(CancellationToken cancellationToken = default) => LabUsage.Parse(await _shell.RunAsync(
        $"""
        for exe in /proc/[0-9]*/exe; do readlink $exe 2>/dev/null; done | grep -c qemu-system || true
        ls /sys/bus/mdev/devices | wc -l
        cut -f 1 /proc/sys/fs/file-nr
        sync; echo 3 >/proc/sys/vm/drop_caches
        sed -n 's/^MemAvailable: *//p' /proc/meminfo
        """,
        cancellationToken).ConfigureAwait(false));

    /// <summary>Ends the lab, and with it every machine in it.</summary>
    /// <exception cref="QemuAbnormalExitException">The lab's own QEMU crashed.</exception>
    public async ValueTask DisposeAsync()
    {
        try
        {
            foreach (LabMachine machine in _machines)
                await machine.Qmp.DisposeAsync().ConfigureAwait(false);
            await _guest.ShutdownAsync().ConfigureAwait(false);
        }
        finally
        {
            _room.Dispose();
        }
    }

    private static VfioLabException DidNotStart(string name, string output, string commandLine, Exception? inner = null) =>
        new($"QEMU '{name}' did not start in the lab:\n{output.Trim()}\nCommand: {commandLine}", inner);

    // Two processes in a session of their own: one is QEMU, the other keeps its exit code. The shell returns when the monitor
    // listens (0A in /proc/net/tcp) or QEMU has ended; the guest has nothing that would tell it without looking.
    private static string StartScript(string name, string commandLine, int port) => string.Create(CultureInfo.InvariantCulture,
        $"""
        rm -f {LabFiles.ExitCode(name)} {LabFiles.Trace(name)}
        cat >{LabFiles.Script(name)} <<'LAB-END'
        exec env -i PATH=/bin HOME={LabFiles.FolderForQemu} TMPDIR={LabFiles.FolderForQemu} chroot {LabFiles.Root} {commandLine}
        LAB-END
        setsid sh -c 'sh {LabFiles.Script(name)} >{LabFiles.Output(name)} 2>&1 & echo $! >{LabFiles.ProcessId(name)}; wait $!; echo $? >{LabFiles.ExitCode(name)}' </dev/null >/dev/null 2>&1 &
        until grep -q ':{port:X4} 00000000:0000 0A' /proc/net/tcp; do
          if [ -s {LabFiles.ExitCode(name)} ]; then
            {EndScript(name)}
            exit 1
          fi
          usleep 10000
        done
        """);

    // What QEMU wrote and how it ended, if it does within 5 s.
    private static string EndScript(string name) =>
        $"""
        i=0
        until [ -s {LabFiles.ExitCode(name)} ] || [ $i -ge 100 ]; do i=$((i + 1)); usleep 50000; done
        cat {LabFiles.Output(name)}
        echo "(exit code: $(cat {LabFiles.ExitCode(name)} 2>/dev/null || echo none, it still runs))"
        """;
}
