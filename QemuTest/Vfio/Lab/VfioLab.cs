using System.Globalization;
using System.Net;
using QemuTest.Machines;
using QemuTest.Processes;
using QemuTest.Qmp;

namespace QemuTest.Vfio;

/// <summary>A VFIO host without hardware: a disposable guest under emulation whose kernel has drivers of software VFIO devices. The QEMUs
/// under test are copied to its memory and run in it as ordinary processes. The lab mounts, loads and configures nothing on this host, and
/// leaves nothing behind. Not thread-safe.</summary>
public sealed class VfioLab : IAsyncDisposable
{
    private const int FirstMonitorPort = 3000;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CapacityTimeout = TimeSpan.FromMinutes(10);

    private readonly IDisposable _capacity;
    private readonly QemuMachine _guest;
    private readonly LabShell _shell;
    private readonly VfioBinaries _binaries;
    private readonly List<LabMachine> _machines = [];
    private int _started;

    private VfioLab(IDisposable capacity, QemuMachine guest, LabShell shell, VfioBinaries binaries)
    {
        _capacity = capacity;
        _guest = guest;
        _shell = shell;
        _binaries = binaries;
    }

    /// <summary>Gets the path of a named pipe, as the machines in the lab see it. They can create files and sockets beside it.</summary>
    public static string Pipe => LabFiles.PipeForQemu;

    /// <summary>Gets the lab's own guest.</summary>
    public QemuMachine Guest => _guest;

    /// <summary>Gets a root shell in the lab's guest.</summary>
    internal LabShell Shell => _shell;

    /// <summary>Gets all machines started so far, in order.</summary>
    public IReadOnlyList<LabMachine> Machines => _machines;

    /// <summary>Starts a lab from the snapshot with these QEMUs, which is created if it is missing. At least one lab runs in a process; more
    /// run at once if they fit into three quarters of the memory that was available at the first start. Else the start waits until one
    /// of them ends, for at most 10 minutes.</summary>
    /// <param name="qemu">The QEMU under test; it also runs the lab's guest.</param>
    /// <param name="options">The name and folders of the lab's guest.</param>
    /// <param name="destinationQemu">The QEMU of the migrations' destinations; null for the same.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="VfioLabException">There is no image or not enough memory in time, or the guest does not boot; the message then has
    /// the last lines of the console.</exception>
    public static async Task<VfioLab> StartAsync(
        QemuBinary qemu, QemuMachineOptions options, QemuBinary? destinationQemu = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(qemu);
        ArgumentNullException.ThrowIfNull(options);
        destinationQemu ??= qemu;
        var image = VfioLabImage.Locate();
        VfioBinaries binaries = await VfioBinaries.OfAsync(qemu, destinationQemu, cancellationToken).ConfigureAwait(false);
        RuntimeFiles files = await RuntimeFiles.OfAsync([qemu, destinationQemu], cancellationToken).ConfigureAwait(false);
        IDisposable capacity = await LabCapacity.OfThisMachine.TakeAsync(CapacityTimeout, cancellationToken).ConfigureAwait(false);
        string? snapshot = null;
        try
        {
            snapshot = await LabSnapshot.GetAsync(qemu, files, image, options.Logger, cancellationToken).ConfigureAwait(false);
            (QemuMachine guest, LabShell shell) = await LabGuest.RestoreAsync(
                qemu, image, snapshot, options, cancellationToken).ConfigureAwait(false);
            return new VfioLab(capacity, guest, shell, binaries);
        }
        catch (Exception error)
        {
            capacity.Dispose();
            if (snapshot is null || error is not (VfioLabException or QmpException or QemuMachineException))
                throw;
            LabSnapshot.Discard(snapshot);
            throw new VfioLabException(
                $"The VFIO lab cannot be restored from {snapshot}. The file was deleted; the next start boots the lab. {error.Message}", error);
        }
    }

    /// <summary>Creates a device of the kernel's sample driver.</summary>
    /// <param name="type">The mdev type: <c>mtty-1</c> (one port) or <c>mtty-2</c> (two).</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="VfioLabException">The kernel refuses the type.</exception>
    public async Task<LabDevice> CreateDeviceAsync(string type = "mtty-1", CancellationToken cancellationToken = default)
    {
        var device = new LabDevice(Guid.NewGuid(), type);
        await _shell.RunAsync(device.CreateCommand, cancellationToken).ConfigureAwait(false);
        return device;
    }

    /// <summary>Creates a device of the lab's own driver.</summary>
    /// <param name="options">The options of the device.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="VfioLabException">The kernel refuses an option, or has no memory for the state.</exception>
    public Task<SyntheticDevice> CreateSyntheticDeviceAsync(SyntheticDeviceOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return SyntheticDevice.CreateAsync(_shell, options, cancellationToken);
    }

    /// <summary>Creates devices of the lab's own driver, with different contents.</summary>
    /// <param name="count">The number of devices.</param>
    /// <param name="options">The options of the devices. The seed is that of the first device; each further device has the next.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="VfioLabException">The kernel refuses an option, or has no memory for the states.</exception>
    public async Task<IReadOnlyList<SyntheticDevice>> CreateSyntheticDevicesAsync(
        int count, SyntheticDeviceOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var devices = new List<SyntheticDevice>();
        for (int i = 0; i < count; i++)
            devices.Add(await CreateSyntheticDeviceAsync(options with { Seed = options.Seed + i }, cancellationToken).ConfigureAwait(false));
        return devices;
    }

    /// <summary>Creates <c>mtty-1</c> devices.</summary>
    /// <param name="count">The number of devices.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<IReadOnlyList<LabDevice>> CreateDevicesAsync(int count, CancellationToken cancellationToken = default)
    {
        var devices = new List<LabDevice>();
        for (int i = 0; i < count; i++)
            devices.Add(await CreateDeviceAsync(cancellationToken: cancellationToken).ConfigureAwait(false));
        return devices;
    }

    /// <summary>Starts a QEMU under test with these devices. Its guest halts at once and touches nothing.</summary>
    /// <param name="name">The machine's name; a second start with the same name replaces the logs of the first.</param>
    /// <param name="devices">Its VFIO devices.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="VfioLabException">QEMU did not start; the message has its output.</exception>
    public async Task<LabMachine> StartMachineAsync(
        string name, IReadOnlyList<LabDevice> devices, VfioMachineOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(devices);
        options ??= new VfioMachineOptions();
        // Each start has a new port: the previous one may still be closing.
        int port = FirstMonitorPort + _started++;
        string commandLine = ShellQuoting.Join(LabCommandLine.Of(_binaries, name, port, devices, options));
        (int code, string output) = await _shell.TryRunAsync(StartScript(name, commandLine, port), StartTimeout, cancellationToken).ConfigureAwait(false);
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
            // The monitor listens before QEMU creates its devices, so a device can still make QEMU exit.
            (_, output) = await _shell.TryRunAsync(EndScript(name), StartTimeout, cancellationToken).ConfigureAwait(false);
            throw DidNotStart(name, output, commandLine, error);
        }
    }

    /// <summary>Starts a source and a destination, each with new <c>mtty-1</c> devices.</summary>
    /// <param name="devices">The number of devices on each side.</param>
    /// <param name="source">The options of the source; null for the defaults.</param>
    /// <param name="destination">The options of the destination, to which <c>-incoming defer</c> is added; null for the same.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<VfioMigrationPair<LabMachine>> StartPairAsync(
        int devices, VfioMachineOptions? source = null, VfioMachineOptions? destination = null, CancellationToken cancellationToken = default)
    {
        source ??= new VfioMachineOptions();
        return new VfioMigrationPair<LabMachine>(
            await StartMachineAsync(
                "source", await CreateDevicesAsync(devices, cancellationToken).ConfigureAwait(false), source, cancellationToken).ConfigureAwait(false),
            await StartDestinationAsync("destination", devices, destination ?? source, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Starts a machine that waits for a guest, with new <c>mtty-1</c> devices.</summary>
    /// <param name="name">The machine's name.</param>
    /// <param name="devices">The number of devices.</param>
    /// <param name="options">The options, to which <c>-incoming defer</c> is added.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<LabMachine> StartDestinationAsync(
        string name, int devices, VfioMachineOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<LabDevice> own = await CreateDevicesAsync(devices, cancellationToken).ConfigureAwait(false);
        return await StartMachineAsync(name, own, options.AsDestination, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes the lab's loopback interface down or up. While it is down, migrations stall without an error; monitors use another
    /// interface.</summary>
    /// <param name="up">Whether to take it up.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task SetLoopbackAsync(bool up, CancellationToken cancellationToken = default) =>
        _shell.RunAsync($"ip link set lo {(up ? "up" : "down")}", cancellationToken);

    /// <summary>Starts a relay from one TCP port of the lab's loopback interface to another.</summary>
    /// <param name="port">The port that the relay listens on.</param>
    /// <param name="targetPort">The port that it connects to.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
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

    /// <summary>Reads the resources in use in the lab.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<LabUsage> ReadUsageAsync(CancellationToken cancellationToken = default) => LabUsage.Parse(await _shell.RunAsync(
        $"""
        programs=$(for program in /proc/[0-9]*/exe; do readlink $program 2>/dev/null; done)
        echo "$programs" | grep -c qemu-system || true
        ls /sys/bus/mdev/devices | wc -l
        echo "$programs" | wc -l
        ls -d /proc/[0-9]*/fd/* 2>/dev/null | wc -l
        cut -f 1 /proc/sys/fs/file-nr
        sync; echo 3 >/proc/sys/vm/drop_caches
        sed -n 's/^MemAvailable: *//p' /proc/meminfo
        """,
        cancellationToken).ConfigureAwait(false));

    /// <summary>Ends the lab with all its machines.</summary>
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
            _capacity.Dispose();
        }
    }

    private static VfioLabException DidNotStart(string name, string output, string commandLine, Exception? inner = null) =>
        new($"QEMU '{name}' did not start in the lab:\n{output.Trim()}\nCommand: {commandLine}", inner) { Command = commandLine, Output = output };

    // Two processes in a session of their own: QEMU, and its parent, which writes the exit code. The script polls until the monitor listens
    // (0A in /proc/net/tcp) or QEMU has exited: the lab has no tool that waits for either.
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

    // Prints QEMU's output, and its exit code if it exits in time.
    private static string EndScript(string name) => string.Create(CultureInfo.InvariantCulture,
        $"""
        i=0
        until [ -s {LabFiles.ExitCode(name)} ] || [ $i -ge {LabFiles.PollsIn(Timeouts.Scale(ExitTimeout))} ]; do i=$((i + 1)); {LabFiles.PollPause}; done
        cat {LabFiles.Output(name)}
        echo "(exit code: $(cat {LabFiles.ExitCode(name)} 2>/dev/null || echo none, it still runs))"
        """);
}
