using NUnit.Framework;
using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Processes;

namespace QemuTest.Vfio;

/// <summary>A test of VFIO migration in a lab. Each test has a lab of its own. The output and the trace of each machine in it are saved
/// beside the test's logs.</summary>
[Area("Vfio")]
public abstract class VfioMigrationTest : VfioTest
{
    private static readonly TimeSpan SaveTimeout = TimeSpan.FromSeconds(30);

    private readonly List<(LabMachine Machine, ProcessExit? Exit, string Output)> _machines = [];
    private VfioLab? _lab;

    /// <summary>Gets the test's lab.</summary>
    /// <exception cref="InvalidOperationException">The lab is not running.</exception>
    protected VfioLab Lab => _lab ?? throw new InvalidOperationException("The lab is not running. It runs from SetUp to TearDown, unless it failed to start.");

    /// <summary>Starts the lab. Skips the test where <c>vfio-pci</c> cannot transfer state over multifd, or where a monitor lacks what
    /// such a migration needs.</summary>
    [SetUp]
    public async Task SetUpLabAsync()
    {
        await RequireMultifdTransferAsync().ConfigureAwait(false);
        IReadOnlyList<QemuBinary> binaries = await BinariesAsync().ConfigureAwait(false);
        if (binaries[0] != binaries[1])
        {
            RecordFact("source's QEMU", binaries[0].VersionText);
            RecordFact("destination's QEMU", binaries[1].VersionText);
        }

        _lab = await VfioLab.StartAsync(
            binaries[0],
            new QemuMachineOptions { Name = "lab", LogDirectory = OutputDirectory, ConsoleLogName = "lab-console.log", Logger = Logger },
            binaries[1],
            Token).ConfigureAwait(false);
    }

    /// <summary>Saves the machines' logs and ends the lab. A crash of the lab's own QEMU fails the test.</summary>
    [TearDown]
    public async Task TearDownLabAsync()
    {
        if (_lab is null)
            return;
        await SaveLogsAsync(_lab).ConfigureAwait(false);
        await CaptureFailureAsync().ConfigureAwait(false);
        await _lab.DisposeAsync().ConfigureAwait(false);
    }

    private protected override async Task<IReadOnlyList<EndedQemu>> EndedQemusAsync() =>
    [
        .. await EndedQemu.OfAsync(_lab is null ? [] : [_lab.Guest]).ConfigureAwait(false),
        .. _machines.Where(ended => ended.Exit is not null).Select(ended => new EndedQemu(
            ended.Machine.Name, ended.Machine.Qmp.Greeting.Version.ToString(), ended.Exit!.Value, ended.Output)),
    ];

    private protected override async Task<IReadOnlyList<FailureSection>> DescribeFailureAsync()
    {
        List<FailureSection> sections = [.. await base.DescribeFailureAsync().ConfigureAwait(false)];
        foreach ((LabMachine machine, ProcessExit? exit, string output) in _machines)
            sections.AddRange(await LabFailure.DescribeAsync(machine, exit, output).ConfigureAwait(false));
        if (_lab is not null)
            sections.AddRange(await FailureReport.DescribeAsync(_lab.Guest).ConfigureAwait(false));
        return sections;
    }

    private async Task SaveLogsAsync(VfioLab lab)
    {
        // The test's own token may be cancelled by now.
        using var timeout = new CancellationTokenSource(Timeouts.Scale(SaveTimeout));
        foreach (LabMachine machine in lab.Machines)
        {
            try
            {
                string output = await machine.ReadOutputAsync(timeout.Token).ConfigureAwait(false);
                await File.WriteAllTextAsync(LogFile(machine.Name + ".log"), output, timeout.Token).ConfigureAwait(false);
                await File.WriteAllTextAsync(
                    LogFile(machine.Name + ".trace"), await machine.ReadTraceAsync(timeout.Token).ConfigureAwait(false), timeout.Token).ConfigureAwait(false);
                _machines.Add((machine, await machine.ReadExitAsync(timeout.Token).ConfigureAwait(false), output));
            }
            catch (Exception error) when (error is VfioLabException or OperationCanceledException)
            {
                _machines.Add((machine, null, $"(its logs could not be read: {error.Message})"));
            }
        }
    }
}
