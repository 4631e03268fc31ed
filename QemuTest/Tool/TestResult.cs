namespace QemuTest.Tool;

/// <summary>What became of one test.</summary>
/// <param name="Name">The test's full name, with its arguments.</param>
/// <param name="Outcome">The verdict.</param>
/// <param name="Reason">The failure's message, or why it was skipped; empty for a test that passed.</param>
internal sealed record TestResult(string Name, TestOutcome Outcome, string Reason)
{
    /// <summary>The fixture, with its target if it runs once for each.</summary>
    public string Fixture { get; init; } = "(no fixture)";

    public TimeSpan Duration { get; init; }

    /// <summary>What the test printed, a failed test's report among it.</summary>
    public string Output { get; init; } = "";
}
