using System.Globalization;
using QemuTest.Machines;
using QemuTest.Qmp;
using QemuTest.Vfio;

namespace QemuTest.VfioStudy;

/// <summary>Runs a study. On and off alternate on one pair, so that other load on the host affects both.</summary>
internal sealed class StudyRun(QemuBinary qemu, StudyPlan plan, string folder, Action<string> report)
{
    public async Task<StudyResult> RunAsync(CancellationToken cancellationToken = default)
    {
        var cells = new List<StudyCell>();
        foreach (StudyBlock block in plan.Blocks())
            cells.AddRange(await MeasureAsync(block, cancellationToken));
        return new StudyResult(plan, StudyHost.Circumstances(qemu, VfioLabImage.Locate()), cells);
    }

    /// <summary>Draws one more migration of the last combination with transfer off, and one with transfer on.</summary>
    public async Task<IReadOnlyDictionary<string, string>> DrawAsync(CancellationToken cancellationToken = default)
    {
        StudyBlock block = plan.Blocks().Last();
        await using StudyPair pair = await StudyPair.StartAsync(qemu, plan, block, Options(), cancellationToken);
        await pair.HopAsync(OnOffAuto.On, cancellationToken);
        var drawn = new Dictionary<string, string>();
        foreach (OnOffAuto transfer in new[] { OnOffAuto.Off, OnOffAuto.On })
        {
            StudyHop hop = await pair.HopAsync(transfer, cancellationToken);
            drawn[Name(transfer)] = StudyTimeline.Draw($"{plan.Title}: {block}, {(transfer == OnOffAuto.On ? "over multifd" : "without multifd")}", hop.Source, hop.Destination);
        }

        return drawn;
    }

    private async Task<IReadOnlyList<StudyCell>> MeasureAsync(StudyBlock block, CancellationToken cancellationToken = default)
    {
        Cell off = new(OnOffAuto.Off), on = new(OnOffAuto.On);
        StudyPair? pair = null;
        try
        {
            for (int i = 0; i < 2 * plan.Samples; i++)
            {
                // off on, on off: each kind migrates in each direction equally often.
                Cell cell = i % 4 is 0 or 3 ? off : on;
                try
                {
                    if (pair is null)
                    {
                        pair = await StudyPair.StartAsync(qemu, plan, block, Options(), cancellationToken);
                        await pair.HopAsync(OnOffAuto.On, cancellationToken); // not counted: it touches memory for the first time
                    }

                    StudyHop hop = await pair.HopAsync(cell.Transfer, cancellationToken);
                    cell.Properties = hop.Properties;
                    cell.Samples.Add(hop.Sample);
                    report(string.Create(CultureInfo.InvariantCulture,
                        $"{block}, {Name(cell.Transfer)}: {hop.Sample.Downtime:0} ms downtime, {hop.Sample.Outage:0} ms outage"));
                }
                catch (Exception failure) when (failure is StudyException or QmpException or VfioLabException)
                {
                    cell.Failures.Add(failure.Message);
                    report($"{block}, {Name(cell.Transfer)}: {failure.Message}");
                    if (pair is not null)
                        await pair.DisposeAsync();
                    pair = null;
                }
            }
        }
        finally
        {
            if (pair is not null)
                await pair.DisposeAsync();
        }

        return [.. new[] { off, on }.Select(c => new StudyCell(block, Name(c.Transfer), c.Properties, c.Samples, c.Failures))];
    }

    private static string Name(OnOffAuto transfer) => transfer == OnOffAuto.On ? "on" : "off";

    private QemuMachineOptions Options() => new() { Name = "lab", LogDirectory = folder };

    private sealed class Cell(OnOffAuto transfer)
    {
        public OnOffAuto Transfer => transfer;

        public List<StudySample> Samples { get; } = [];

        public List<string> Failures { get; } = [];

        public IReadOnlyDictionary<string, string> Properties { get; set; } = new Dictionary<string, string>();
    }
}
