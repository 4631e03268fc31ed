namespace QemuTest.Qmp;

/// <summary>A reply or an event did not arrive within its timeout; the connection itself is still open.</summary>
public sealed class QmpTimeoutException : QmpException
{
    internal QmpTimeoutException(string awaited, TimeSpan timeout, string message)
        : base(message)
    {
        Awaited = awaited;
        Timeout = timeout;
    }

    /// <summary>What was awaited, for example <c>reply to 'stop'</c>.</summary>
    public string Awaited { get; }

    /// <summary>How long it was awaited.</summary>
    public TimeSpan Timeout { get; }
}
