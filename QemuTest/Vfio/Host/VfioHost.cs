using Microsoft.Extensions.Logging;
using QemuTest.Machines;
using QemuTest.Processes;

namespace QemuTest.Vfio;

/// <summary>
/// This host as a place for pairs of QEMUs that migrate with the VFIO devices that its user named. The QEMUs are ordinary processes
/// that die with the test host. Of the host's devices only those are opened that were named.
/// </summary>
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

    /// <summary>The devices.</summary>
    public HostDevices Devices { get; }

    /// <summary>Every machine started, in order.</summary>
    public IReadOnlyList<HostMachine> Machines => _machines;

    /// <summary>Prepares; no device is opened.</summary>
    /// <param name="qemu">The path of the QEMU under test.</param>
    /// <param name="devices">The devices.</param>
    /// <param name="logDirectory">Where outputs and traces go. It must exist.</param>
    /// <param name="logger">The logger of the machines; null for none.</param>
    /// <param name="destinationQemu">The path of the QEMU that the destinations run on; null for the same.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="QemuBinaryException">A binary is not there, cannot be run, or is not QEMU.</exception>
    public static async Task<VfioHost> OpenAsync(
        string qemu,
        HostDevices devices,
        string logDirectory,
        ILogger? logger = null,
        string? destinationQemu = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(devices);
        QemuBinary source = await QemuBinary.OpenAsync(qemu, cancellationToken).ConfigureAwait(false);
        QemuBinary destination = await QemuBinary.OpenAsync(destinationQemu ?? qemu, cancellationToken).ConfigureAwait(false);
        VfioBinaries binaries = await VfioBinaries.OfAsync(source, destination, cancellationToken).ConfigureAwait(false);
        return new VfioHost(binaries, devices, logDirectory, logger);
    }

    /// <summary>Starts a QEMU under test with the given devices, and a guest that halts at once and touches nothing.</summary>
    /// <param name="name">The machine's name; a second start under the same name replaces the first one's logs.</param>
    /// <param name="devices">Its devices, which no running QEMU has.</param>
    /// <param name="options">Everything else; null for the defaults. Its devices have <see cref="HostDevices.Properties"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="QemuLaunchException">QEMU did not start; its own words are in the text.</exception>
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
            binary, _firmware, trace, options, devices.Select((device, place) => VfioArguments.Device(device.Option, place, Devices.Properties, options)))]);
        var machine = new HostMachine(process, devices, options, trace);
        _machines.Add(machine);
        await process.LaunchAsync(cancellationToken).ConfigureAwait(false);
        return machine;
    }

    /// <summary>Starts a source and a destination with all devices.</summary>
    /// <param name="source">How the source is started; null for the defaults. The destination is started the same way, and with
    /// <c>-incoming defer</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="QemuLaunchException">A QEMU did not start; its own words are in the text.</exception>
    public async Task<VfioMigrationPair<HostMachine>> StartPairAsync(VfioMachineOptions? source = null, CancellationToken cancellationToken = default)
    {
        source ??= new VfioMachineOptions();
        return new VfioMigrationPair<HostMachine>(
            await StartMachineAsync("source", Devices.Source, source, cancellationToken).ConfigureAwait(false),
            await StartMachineAsync("destination", Devices.Destination, source.AsDestination, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Ends every machine.</summary>
    /// <exception cref="QemuMachineException">A QEMU crashed, or had to be killed.</exception>
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
