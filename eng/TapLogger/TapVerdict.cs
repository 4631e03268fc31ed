namespace QemuTest.Tap;

internal enum TapVerdict
{
    Passed,
    Failed,
    Skipped,

    /// <summary>TAP's "not ok" with the directive TODO: an expected failure, which does not fail the run.</summary>
    KnownMisbehavior,
}
