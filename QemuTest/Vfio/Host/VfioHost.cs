using Microsoft.Extensions.Logging;
using QemuTest.Machines;
using QemuTest.Processes;

namespace QemuTest.Vfio;

/// <summary>Starts QEMUs on this host with the VFIO devices that the user named. They are ordinary processes that end with the test
/// host. No other device of this host is opened. Not thread-safe.</summary>
public sealed class VfioHost : IAsyncDisposable
{
    private readonly VfioBinaries _binaries;
    private readonly string _logDirectory;
    private readonly ILogger? _logger;
    private readonly string _firmware;
    private readonly List<HostMachine> _machines = [];

    private VfioHost(VfioBinaries binaries, HostDevices devices, string logDirectory, ILogger? logger)
    {
        _binaries = binaries;
        Devices = devices;
        _logDirectory = logDirectory;
        _logger = logger;
        _firmware = Path.Combine(RunFolders.NewTemporaryFolder(), "halt.bin");
        HaltingFirmware.Write(_firmware);
    }

    /// <summary>Gets the devices.</summary>
    public HostDevices Devices { get; }

    /// <summary>Gets all machines started so far, in order.</summary>
    public IReadOnlyList<HostMachine> Machines => _machines;

    /// <summary>Prepares to start QEMUs. Opens no device.</summary>
    /// <param name="qemu">The QEMU under test.</param>
    /// <param name="devices">The devices.</param>
    /// <param name="logDirectory">The folder for outputs and traces. It must exist.</param>
    /// <param name="logger">The logger of the machines; null for none.</param>
    /// <param name="destinationQemu">The QEMU of the destinations; null for the same.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async Task<VfioHost> OpenAsync(
        QemuBinary qemu,
        HostDevices devices,
        string logDirectory,
        ILogger? logger = null,
        QemuBinary? destinationQemu = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(qemu);
        ArgumentNullException.ThrowIfNull(devices);
        VfioBinaries binaries = await VfioBinaries.OfAsync(qemu, destinationQemu ?? qemu, cancellationToken).ConfigureAwait(false);
        return new VfioHost(binaries, devices, logDirectory, logger);
    }

    /// <summary>Starts a QEMU under test with these devices and <see cref="HostDevices.Properties"/>. Its guest halts at once and
    /// touches nothing.</summary>
    /// <param name="name">The machine's name; a second start with the same name replaces the logs of the first.</param>
    /// <param name="devices">Its devices; no running QEMU may have them.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="QemuLaunchException">QEMU did not start; the message has its output.</exception>
    public async Task<HostMachine> StartMachineAsync(
        string name, IReadOnlyList<HostDevice> devices, VfioMachineOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(devices);
        options ??= new VfioMachineOptions();
        string trace = Path.Combine(_logDirectory, name + ".trace");
        string binary = _binaries.For(options);
        var process = new QemuMachine(binary, new QemuMachineOptions { Name = name, LogDirectory = _logDirectory, Logger = _logger });
        process.SetMachine(_binaries.MachineFor(options.Machine));
        process.AddArgs([.. VfioArguments.Of(
            binary, _firmware, trace, options, devices.Select((device, index) => VfioArguments.Device(device.Option, index, Devices.Properties, options)))]);
        var machine = new HostMachine(process, devices, options, trace);
        _machines.Add(machine);
        await process.LaunchAsync(cancellationToken).ConfigureAwait(false);
        return machine;
    }

    /// <summary>Starts a source and a destination with all devices.</summary>
    /// <param name="source">The options of the source; null for the defaults. The destination has the same, and
    /// <c>-incoming defer</c>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="QemuLaunchException">A QEMU did not start; the message has its output.</exception>
    public async Task<VfioMigrationPair<HostMachine>> StartPairAsync(VfioMachineOptions? source = null, CancellationToken cancellationToken = default)
    {
        source ??= new VfioMachineOptions();
        return new VfioMigrationPair<HostMachine>(
            await StartMachineAsync("source", Devices.Source, source, cancellationToken).ConfigureAwait(false),
            await StartMachineAsync("destination", Devices.Destination, source.AsDestination, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Shuts all machines down.</summary>
    /// <exception cref="QemuMachineException">A QEMU crashed, or did not exit and was killed.</exception>
    public async ValueTask DisposeAsync()
    {
        var problems = new List<QemuMachineException>();
        foreach (HostMachine machine in _machines)
        {
            try
            {
                await machine.Process.ShutdownAsync().ConfigureAwait(false);
            }
            catch (QemuMachineException error)
            {
                problems.Add(error);
            }
        }

        if (problems.Count > 0)
            throw new QemuMachineException(string.Join('\n', problems.Select(p => p.Message)), problems[0]);
    }
}
