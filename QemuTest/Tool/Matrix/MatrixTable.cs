namespace QemuTest.Tool;

/// <summary>The results of several runs, by test.</summary>
internal sealed class MatrixTable
{
    // The worst first. A name that occurs twice in a run, for example in two assemblies, counts with its worst result.
    private static readonly TestOutcome[] Worst = [TestOutcome.Failed, TestOutcome.KnownMisbehavior, TestOutcome.Skipped, TestOutcome.Passed];

    public MatrixTable(IReadOnlyList<MatrixColumn> columns)
    {
        Columns = columns;
        Dictionary<string, TestResult>[] byName =
        [
            .. columns.Select(column => column.Results.Tests
                .GroupBy(test => test.Name)
                .ToDictionary(same => same.Key, same => same.MinBy(test => Array.IndexOf(Worst, test.Outcome))!)),
        ];
        Rows =
        [
            .. byName.SelectMany(results => results.Keys).Distinct().Order(StringComparer.Ordinal)
                .Select(name => new MatrixRow(name, [.. byName.Select(results => results.GetValueOrDefault(name))])),
        ];
    }

    public IReadOnlyList<MatrixColumn> Columns { get; }

    /// <summary>Gets one row for each test that any run has, by name.</summary>
    public IReadOnlyList<MatrixRow> Rows { get; }

    /// <summary>Gets the tests whose outcome differs between a column and the next.</summary>
    /// <param name="column">The index of the earlier column.</param>
    public IReadOnlyList<MatrixChange> Changes(int column) =>
    [
        .. Rows.Select(row => new MatrixChange(row.Test, row.Results[column]?.Outcome, row.Results[column + 1]?.Outcome))
            .Where(change => change.Before != change.After),
    ];
}
