namespace QemuTest.Qmp;

/// <summary>A reply or an event did not arrive within its timeout. The connection is still open.</summary>
public sealed class QmpTimeoutException : QmpException
{
    internal QmpTimeoutException(string awaited, TimeSpan timeout, string message)
        : base(message)
    {
        Awaited = awaited;
        Timeout = timeout;
    }

    /// <summary>Gets a description of what was awaited, for example <c>reply to 'stop'</c>.</summary>
    public string Awaited { get; }

    /// <summary>Gets the timeout that elapsed, multiplied by <c>QEMU_TEST_TIMEOUT_MULTIPLIER</c>.</summary>
    public TimeSpan Timeout { get; }
}
