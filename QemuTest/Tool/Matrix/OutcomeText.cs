namespace QemuTest.Tool;

/// <summary>The word for an outcome in a matrix.</summary>
internal static class OutcomeText
{
    public static string Of(TestOutcome? outcome) => outcome switch
    {
        null => "absent",
        TestOutcome.Passed => "passed",
        TestOutcome.Skipped => "skipped",
        TestOutcome.KnownMisbehavior => "known",
        _ => "failed",
    };
}
