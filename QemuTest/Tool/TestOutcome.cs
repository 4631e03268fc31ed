namespace QemuTest.Tool;

internal enum TestOutcome
{
    Passed,

    /// <summary>Every outcome that is neither passed nor skipped.</summary>
    Failed,

    Skipped,

    /// <summary>Neither passed nor failed: QEMU misbehaved in a way that is already described.</summary>
    KnownMisbehavior,
}
