namespace QemuTest.Tool;

/// <summary>The result of one test.</summary>
/// <param name="Name">The test's full name, with its arguments.</param>
/// <param name="Outcome">The verdict.</param>
/// <param name="Reason">The failure's message, the reason of a skip, or the known misbehavior; empty for a test that passed.</param>
/// <param name="Detail">For a known misbehavior, what the test saw.</param>
internal sealed record TestResult(string Name, TestOutcome Outcome, string Reason, string Detail = "");
