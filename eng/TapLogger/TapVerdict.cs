namespace QemuTest.Tap;

internal enum TapVerdict
{
    Passed,
    Failed,
    Skipped,
}
