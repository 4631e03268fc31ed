namespace QemuTest.Tool;

internal enum TestOutcome
{
    Passed,

    /// <summary>Every outcome that is neither passed nor skipped.</summary>
    Failed,

    Skipped,
}
