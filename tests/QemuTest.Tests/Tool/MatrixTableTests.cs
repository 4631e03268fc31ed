using QemuTest.NUnit;
using QemuTest.Tool;
using static QemuTest.Tests.Tool.MatrixSamples;

namespace QemuTest.Tests.Tool;

/// <summary>The table of a matrix, from generated results.</summary>
[Quick]
public sealed class MatrixTableTests
{
    private static readonly TestOutcome?[] Outcomes = [null, .. Enum.GetValues<TestOutcome>()];

    // One test for each combination of outcomes on three QEMUs.
    private static readonly MatrixTable Every = new([.. Enumerable.Range(0, 3).Select(column => Column(
        $"{column}.0",
        [.. Combinations().Where(outcomes => outcomes[column] is not null).Select(outcomes => new TestResult(NameOf(outcomes), outcomes[column]!.Value, "why"))]))]);

    [Test]
    public void Each_row_has_the_outcome_of_each_column() => Assert.That(
        Every.Rows.Select(row => (row.Test, NameOf([.. row.Results.Select(result => result?.Outcome)]))),
        Is.EquivalentTo(Combinations().Where(outcomes => outcomes.Any(outcome => outcome is not null)).Select(outcomes => (NameOf(outcomes), NameOf(outcomes)))));

    [TestCase(0)]
    [TestCase(1)]
    public void Exactly_the_tests_whose_outcome_differs_have_changed(int column) => Assert.That(
        Every.Changes(column).Select(change => (change.Test, change.Before, change.After)),
        Is.EquivalentTo(Combinations().Where(outcomes => outcomes[column] != outcomes[column + 1])
            .Select(outcomes => (NameOf(outcomes), outcomes[column], outcomes[column + 1]))));

    [Test]
    public void Only_a_test_that_passed_in_every_column_passed_everywhere() => Assert.That(
        Every.Rows.Where(row => row.PassedEverywhere).Select(row => row.Test),
        Is.EqualTo(new[] { NameOf([TestOutcome.Passed, TestOutcome.Passed, TestOutcome.Passed]) }));

    [Test]
    public void A_test_that_occurs_twice_counts_with_its_worst_result()
    {
        var table = new MatrixTable([Column("1.0", Passed("one"), Failed("one"), Passed("two"), Skipped("two"))]);

        Assert.That(table.Rows.Select(row => row.Results[0]!.Outcome), Is.EqualTo(new[] { TestOutcome.Failed, TestOutcome.Skipped }));
    }

    private static IEnumerable<TestOutcome?[]> Combinations() =>
        from first in Outcomes from second in Outcomes from third in Outcomes select new[] { first, second, third };

    private static string NameOf(TestOutcome?[] outcomes) => string.Join(' ', outcomes.Select(outcome => outcome?.ToString() ?? "none"));
}
