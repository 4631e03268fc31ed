using NUnit.Framework;
using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Processes;

namespace QemuTest.Vfio;

/// <summary>A test of VFIO migration in a lab of its own: each test has one, and whatever happens in it goes with it. What the
/// machines in the lab wrote and traced is kept beside the test's logs.</summary>
public abstract class VfioMigrationTest : VfioTest
{
    private static readonly TimeSpan SaveTimeout = TimeSpan.FromSeconds(30);

    private readonly List<(LabMachine Machine, ProcessExit? Exit, string Output)> _machines = [];
    private VfioLab? _lab;

    /// <summary>The test's lab, up and running.</summary>
    protected VfioLab Lab => _lab ?? throw new InvalidOperationException("The lab is there from SetUp on; it did not come up.");

    /// <summary>Boots the lab. Skips the test where the binary's <c>vfio-pci</c> cannot transfer state over multifd, or where its
    /// monitor lacks what such a migration is set up with.</summary>
    [SetUp]
    public async Task SetUpLabAsync()
    {
        await RequireMultifdTransferAsync().ConfigureAwait(false);
        if (DestinationQemu != QemuBin)
        {
            RecordFact("source's QEMU", (await QemuBinary.OpenAsync(QemuBin, Token).ConfigureAwait(false)).VersionText);
            RecordFact("destination's QEMU", (await QemuBinary.OpenAsync(DestinationQemu, Token).ConfigureAwait(false)).VersionText);
        }

        _lab = await VfioLab.StartAsync(
            QemuBin,
            new QemuMachineOptions { Name = "lab", LogDirectory = OutputDirectory, ConsoleLogName = "lab-console.log", Logger = Logger },
            DestinationQemu,
            Token).ConfigureAwait(false);
    }

    /// <summary>Keeps the machines' logs and ends the lab. A lab whose QEMU crashed fails the test.</summary>
    [TearDown]
    public async Task TearDownLabAsync()
    {
        if (_lab is null)
            return;
        await SaveLogsAsync(_lab).ConfigureAwait(false);
        await CaptureFailureAsync().ConfigureAwait(false);
        await _lab.DisposeAsync().ConfigureAwait(false);
    }

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
        // The test's own token may be spent by now; evidence has a timeout of its own.
        using var timeout = new CancellationTokenSource(SaveTimeout);
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
