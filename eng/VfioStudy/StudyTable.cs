using System.Globalization;
using System.Text;
using QemuTest.Tool;

namespace QemuTest.VfioStudy;

/// <summary>Writes a study as Markdown.</summary>
internal static class StudyTable
{
    public static string Write(StudyResult result)
    {
        var text = new StringBuilder();
        Line($"# {result.Plan.Title}");
        Line("");
        foreach ((string name, string value) in result.Circumstances)
            Line($"- {name}: {value}");
        Line($"- devices: {result.Plan.StopLatency} ms to stop, {result.Plan.SaveLatency} ms to save, {result.Plan.LoadLatency} ms to load");
        Line("");
        Line("Downtime in ms, as the source reports it; outage: from the first device that no longer works for the guest to the last that");
        Line("works again, by the devices' own clock; at once: the most devices that were read and written at the same time (median).");
        Line("");
        Line("| devices | state each | channels | transfer | n | failed | p25 | median | p75 | min – max | outage, median | at once | load |");
        Line("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (StudyCell cell in result.Cells)
            Line(Row(cell));
        return text.ToString();

        void Line(string line) => text.Append(line).Append('\n');
    }

    private static string Row(StudyCell cell)
    {
        string head = $"| {cell.Block.Devices} | {ByteText.Format(cell.Block.Size)} | {(cell.Transfer == "on" ? $"{cell.Block.Channels}" : "none")} | {cell.Transfer} | {cell.Samples.Count} | {cell.Failures.Count} |";
        if (cell.Samples.Count == 0)
            return head + " | | | | | | |";
        double[] downtimes = [.. cell.Samples.Select(s => s.Downtime)];
        return head + string.Create(CultureInfo.InvariantCulture,
            $" {Percentiles.Of(downtimes, 25):0} | {Percentiles.Of(downtimes, 50):0} | {Percentiles.Of(downtimes, 75):0} | {downtimes.Min():0} – {downtimes.Max():0} |") +
            string.Create(CultureInfo.InvariantCulture,
            $" {Median(s => s.Outage):0} | {Median(s => s.Saving):0}, {Median(s => s.Loading):0} | {Median(s => s.Load):0.0} |");

        double Median(Func<StudySample, double> of) => Percentiles.Of(cell.Samples.Select(of), 50);
    }
}
