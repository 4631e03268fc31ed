using System.Globalization;

namespace QemuTest.Tool;

/// <summary>A matrix for people: only what did not pass everywhere.</summary>
internal sealed class MatrixText(TextWriter output)
{
    private const int LongestReason = 200;

    public void WriteSummary(IEnumerable<MatrixColumn> columns)
    {
        foreach (MatrixColumn column in columns)
        {
            output.WriteLine(column.Summary);
            if (column.Problem is not null)
                output.WriteLine($"    {column.Problem}");
        }
    }

    /// <summary>Writes the rows of tests that did not pass everywhere, and the reasons below them.</summary>
    public void WriteRows(MatrixTable table)
    {
        MatrixRow[] rows = [.. table.Rows.Where(row => !row.PassedEverywhere)];
        if (rows.Length == 0)
            return;
        List<string> reasons = [];
        string[][] cells = [.. rows.Select(row => row.Results.Select(result => Cell(result, reasons)).ToArray())];
        string[] heads = [.. table.Columns.Select(column => column.Run.Name)];
        int[] widths = [.. heads.Select((head, column) => cells.Select(row => row[column].Length).Append(head.Length).Max())];

        output.WriteLine();
        WriteRow(heads, widths, "test");
        for (int row = 0; row < rows.Length; row++)
            WriteRow(cells[row], widths, rows[row].Test);
        for (int reason = 0; reason < reasons.Count; reason++)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"({reason + 1}) {reasons[reason]}"));
    }

    /// <summary>Writes what changed from each column to the next, by kind of change.</summary>
    public void WriteChanges(MatrixTable table)
    {
        for (int column = 0; column + 1 < table.Columns.Count; column++)
        {
            IReadOnlyList<MatrixChange> changes = table.Changes(column);
            output.WriteLine();
            output.WriteLine($"From {table.Columns[column].Run.Name} to {table.Columns[column + 1].Run.Name}: {Count(changes.Count, "change")}");
            foreach (var kind in changes.GroupBy(change => (change.Before, change.After)))
            {
                output.WriteLine($"    {OutcomeText.Of(kind.Key.Before)}, now {OutcomeText.Of(kind.Key.After)}: {Count(kind.Count(), "test")}");
                foreach (MatrixChange change in kind)
                    output.WriteLine($"        {change.Test}");
            }
        }
    }

    // The number leads to the reason.
    private static string Cell(TestResult? result, List<string> reasons)
    {
        if (result is null or { Outcome: TestOutcome.Passed })
            return OutcomeText.Of(result?.Outcome);
        string reason = $"{OutcomeText.Of(result.Outcome)}: {InOneLine(result.Reason)}";
        if (!reasons.Contains(reason))
            reasons.Add(reason);
        return string.Create(CultureInfo.InvariantCulture, $"{OutcomeText.Of(result.Outcome)} ({reasons.IndexOf(reason) + 1})");
    }

    // NUnit's first line may be the same for different causes: the assertion, or that there are several failures.
    internal static string InOneLine(string text)
    {
        string[] lines = [.. text.Split('\n').Select(one => one.Trim()).Where(one => !one.EndsWith("Multiple failures or warnings in test:", StringComparison.Ordinal))];
        string first = lines.FirstOrDefault() ?? "", was = Array.Find(lines, one => one.StartsWith("But was:", StringComparison.Ordinal)) ?? "";
        string line = was.Length == 0 ? first : $"{first} {was}";
        return line.Length <= LongestReason ? line : line[..LongestReason] + "…";
    }

    private static string Count(int number, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {noun}{(number == 1 ? "" : "s")}");

    private void WriteRow(string[] cells, int[] widths, string test) =>
        output.WriteLine(string.Concat(cells.Select((cell, column) => cell.PadRight(widths[column] + 2))) + test);
}
