namespace QemuTest.Tool;

/// <summary>The result of one test.</summary>
/// <param name="Name">The test's full name, with its arguments.</param>
/// <param name="Outcome">The verdict.</param>
/// <param name="Reason">The failure's message, or the reason of a skip; empty for a test that passed.</param>
internal sealed record TestResult(string Name, TestOutcome Outcome, string Reason);
