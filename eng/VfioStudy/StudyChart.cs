using System.Globalization;
using System.Security;
using System.Text;

namespace QemuTest.VfioStudy;

/// <summary>Draws a study as SVG: a dot for each sample, and a bar up to the median; off and on are next to each other.</summary>
internal static class StudyChart
{
    private const int RowHeight = 18;
    private const int Top = 60;
    private const int Left = 210;
    private const int Width = 620;
    private const int Right = 70;
    private static readonly double[] Parts = [0.1, 0.2, 0.5, 1];

    public static string Write(StudyResult result)
    {
        StudyCell[] cells = [.. result.Cells.Where(cell => cell.Samples.Count > 0)];
        double step = Step(cells.SelectMany(cell => cell.Samples).Select(s => s.Downtime).DefaultIfEmpty(1).Max());
        double most = step * Math.Ceiling(cells.SelectMany(cell => cell.Samples).Select(s => s.Downtime).DefaultIfEmpty(1).Max() / step);
        int height = Top + cells.Length * RowHeight + cells.Length / 2 * RowHeight / 2 + 30;
        var svg = new StringBuilder();
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Left + Width + Right}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\">");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        Add($"<text x=\"10\" y=\"22\" font-size=\"15\">{SecurityElement.Escape(result.Plan.Title)}</text>");
        Add($"<text x=\"10\" y=\"42\" fill=\"#555\">downtime in ms; bar: median; dots: every migration (n = {result.Plan.Samples})</text>");
        for (double tick = 0; tick <= most; tick += step)
        {
            Add($"<line x1=\"{X(tick):0.#}\" x2=\"{X(tick):0.#}\" y1=\"{Top - 4}\" y2=\"{height - 26}\" stroke=\"#ddd\"/>");
            Add($"<text x=\"{X(tick):0.#}\" y=\"{height - 10}\" text-anchor=\"middle\" fill=\"#555\">{tick:0}</text>");
        }

        int y = Top;
        StudyBlock? last = null;
        foreach (StudyCell cell in cells)
        {
            if (last is not null && last != cell.Block)
                y += RowHeight / 2;
            string color = cell.Transfer == "on" ? "#1b7f4b" : "#b5562b";
            double median = Percentiles.Of(cell.Samples.Select(s => s.Downtime), 50);
            if (last != cell.Block)
                Add($"<text x=\"10\" y=\"{y + 13}\">{SecurityElement.Escape(cell.Block.ToString())}</text>");
            Add($"<text x=\"{Left - 8}\" y=\"{y + 13}\" text-anchor=\"end\" fill=\"{color}\">{cell.Transfer}</text>");
            Add($"<rect x=\"{Left}\" y=\"{y + 3}\" width=\"{X(median) - Left:0.#}\" height=\"{RowHeight - 6}\" fill=\"{color}\" fill-opacity=\"0.35\"/>");
            foreach (StudySample sample in cell.Samples)
                Add($"<circle cx=\"{X(sample.Downtime):0.#}\" cy=\"{y + RowHeight / 2}\" r=\"2.5\" fill=\"{color}\" fill-opacity=\"0.7\"/>");
            double end = Math.Max(X(median), X(cell.Samples.Max(s => s.Downtime))) + 6;
            Add($"<text x=\"{end:0.#}\" y=\"{y + 13}\" fill=\"{color}\">{median:0}</text>");
            y += RowHeight;
            last = cell.Block;
        }

        return svg.Append("</svg>\n").ToString();

        double X(double value) => Left + value / most * Width;
        void Add(FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    // 4 to 10 steps of 1, 2 or 5 times a power of ten.
    private static double Step(double most)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(most, 1))));
        return Parts.Select(part => part * power).First(step => most / step <= 10);
    }
}
