namespace QemuTest.Tool;

internal enum TestOutcome
{
    Passed,

    /// <summary>Also whatever is not known to be good.</summary>
    Failed,

    Skipped,
}
