namespace QemuTest.Debugging;

/// <summary>GDB did not answer in time, or what it debugs did not stop in time. That GDB is of no more use. Equals upstream's
/// <c>GdbTimeoutError</c>.</summary>
public sealed class GdbTimeoutException : GdbException
{
    internal GdbTimeoutException(string command, string awaited, TimeSpan timeout, string transcript)
        : base($"'{command}' of GDB: {awaited} did not come within {timeout.TotalSeconds:0.###} s.", transcript)
    {
        Awaited = awaited;
        Timeout = timeout;
    }

    /// <summary>Gets a description of what was awaited.</summary>
    public string Awaited { get; }

    /// <summary>Gets the timeout that elapsed, scaled by <c>QEMU_TEST_TIMEOUT_MULTIPLIER</c>.</summary>
    public TimeSpan Timeout { get; }
}
