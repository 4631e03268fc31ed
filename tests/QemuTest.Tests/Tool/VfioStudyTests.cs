using System.Globalization;
using System.Xml.Linq;
using QemuTest.NUnit;
using QemuTest.VfioStudy;
using QemuTest.Vfio;

namespace QemuTest.Tests.Tool;

/// <summary>The evaluation of a study.</summary>
[Quick]
public sealed class VfioStudyTests
{
    private static readonly StudyBlock Block = new(2, 1 << 20, 4);
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] Expected = ["1 x 4 KiB, 1 channels", "2 x 4 KiB, 1 channels", "1 x 8 KiB, 1 channels", "2 x 8 KiB, 1 channels"];

    [TestCase(0, 1)]
    [TestCase(25, 1.75)]
    [TestCase(50, 2.5)]
    [TestCase(75, 3.25)]
    [TestCase(100, 4)]
    public void A_percentile_is_interpolated_between_its_neighbors(double percent, double value) =>
        Assert.That(Percentiles.Of([4, 1, 3, 2], percent), Is.EqualTo(value));

    [Test]
    public void A_percentile_of_one_number_is_that_number() => Assert.That(Percentiles.Of([7], 25), Is.EqualTo(7));

    [Test]
    public void A_plan_has_every_combination() => Assert.That(
        new StudyPlan("t", [1, 2], [4096, 8192], [1], 1, 0, 0, 0).Blocks().Select(block => block.ToString()),
        Is.EqualTo(Expected));

    [Test]
    public void The_table_has_a_row_per_cell_with_percentiles_and_failures()
    {
        string table = StudyTable.Write(Result([Sample(100), Sample(200)], ["gone"]));

        Assert.That(table, Does.Contain("| 2 | 1 MiB | 4 | on | 2 | 1 | 125 | 150 | 175 | 100 – 200 | 150 | 2, 1 | 0.5 |"));
    }

    [Test]
    public void A_cell_without_samples_has_a_row_without_numbers()
    {
        string table = StudyTable.Write(Result([], ["gone"]));

        Assert.That(table, Does.Contain("| 2 | 1 MiB | 4 | on | 0 | 1 | | | | | | | |"));
    }

    [Test]
    public void The_chart_is_XML_with_a_dot_per_sample()
    {
        var svg = XDocument.Parse(StudyChart.Write(Result([Sample(100), Sample(200), Sample(900)], [])));

        Assert.That(svg.Descendants().Count(element => element.Name.LocalName == "circle"), Is.EqualTo(3));
    }

    [Test]
    public void The_timeline_has_a_lane_per_device_thread_and_channel()
    {
        string device = Guid.NewGuid().ToString();
        string saving = Trace(
            (1, 7, $"vfio_save_complete_precopy_thread_start  ({device}) idstr 0 instance 0"), (2, 8, "multifd_send_fill channel 3 packet_num 1"),
            (3, 9, "migration_thread_low_pending 1"), (4, 7, $"vfio_save_complete_precopy_thread_end  ({device}) ret 1"));
        string loading = Trace((5, 7, $"vfio_load_bufs_thread_start  ({device})"), (6, 8, "multifd_recv_unfill channel 0 packet_num 1"), (7, 9, "migrate_set_state"));

        var svg = XDocument.Parse(StudyTimeline.Draw(
            "t & t",
            new StudySide([device], [History((0, "PRE_COPY_P2P"), (2, "saving"), (3, "saved"))], TraceEvent.Parse(saving)),
            new StudySide([device], [History((5, "loading"), (6, "loaded"), (8, "RUNNING"))], TraceEvent.Parse(loading))));

        string[] lanes = [.. svg.Descendants().Where(e => e.Name.LocalName == "text" && e.Value.Contains(": ", StringComparison.Ordinal)).Select(e => e.Value)];
        Assert.That(lanes.Where(lane => lane.StartsWith("source", StringComparison.Ordinal) || lane.StartsWith("destination", StringComparison.Ordinal)), Is.EqualTo(new[]
        {
            "source: device 1", "source: channel 3", "source: migration thread", "source: save thread, device 1",
            "destination: channel 0", "destination: load thread, device 1", "destination: main thread", "destination: device 1",
        }));
    }

    private static StudySample Sample(double downtime) => new(downtime, downtime, downtime, 2, 1, 0.5);

    private static StudyResult Result(IReadOnlyList<StudySample> samples, IReadOnlyList<string> failures) => new(
        new StudyPlan("A & B", [2], [1 << 20], [4], samples.Count, 0, 0, 0),
        new Dictionary<string, string> { ["processor"] = "one" },
        [new StudyCell(Block, "on", new Dictionary<string, string>(), samples, failures)]);

    private static string Trace(params (int Millisecond, int Thread, string Event)[] events) => string.Join('\n', events.Select(e => string.Create(
        CultureInfo.InvariantCulture, $"{e.Thread}@{Noon.ToUnixTimeSeconds()}.{e.Millisecond * 1000:D6}:{e.Event}")));

    private static IReadOnlyList<SyntheticDeviceEvent> History(params (int Millisecond, string What)[] events) =>
        [.. events.Select(e => new SyntheticDeviceEvent(Noon.AddMilliseconds(e.Millisecond), e.What))];
}
