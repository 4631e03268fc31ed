namespace QemuTest.Debugging;

/// <summary>The exception for an answer of GDB, or a stop of the target, that did not arrive in time. That GDB cannot be used
/// afterwards.</summary>
/// <remarks><c>GdbTimeoutError</c> in QEMU's own framework.</remarks>
public sealed class GdbTimeoutException : GdbException
{
    internal GdbTimeoutException(string awaited, TimeSpan timeout, string transcript)
        : base($"GDB: {awaited} did not arrive within {timeout.TotalSeconds:0.###} s.", transcript)
    {
        Awaited = awaited;
        Timeout = timeout;
    }

    /// <summary>Gets what was awaited, for example <c>the answer to 'info registers'</c>.</summary>
    public string Awaited { get; }

    /// <summary>Gets the timeout that expired.</summary>
    public TimeSpan Timeout { get; }
}
