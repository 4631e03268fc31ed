namespace QemuTest.Tool;

/// <summary>The results of one test.</summary>
/// <param name="Test">The test's full name.</param>
/// <param name="Results">The result in each column; null where the test does not exist, for example for want of its target.</param>
internal sealed record MatrixRow(string Test, IReadOnlyList<TestResult?> Results)
{
    public bool PassedEverywhere => Results.All(result => result?.Outcome == TestOutcome.Passed);
}
