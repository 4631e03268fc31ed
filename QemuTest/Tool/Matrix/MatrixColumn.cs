namespace QemuTest.Tool;

/// <summary>The results of one run.</summary>
/// <param name="Run">The run.</param>
/// <param name="Results">The results; empty if there are none.</param>
/// <param name="Problem">Why the results are missing or incomplete, or null.</param>
internal sealed record MatrixColumn(MatrixRun Run, RunResults Results, string? Problem)
{
    public bool IsGood => Problem is null && Results.Failed.Count == 0;

    /// <summary>Gets the line with the counts.</summary>
    public string Summary =>
        $"{Run.Name}: {Results.Passed.Count} passed, {Results.Failed.Count} failed, {Results.Skipped.Count} skipped, {Results.KnownMisbehaviors.Count} known";
}
