namespace QemuTest.Qtest;

/// <summary>The exception for an answer or an interrupt that did not arrive in time.</summary>
public sealed class QtestTimeoutException : QtestException
{
    internal QtestTimeoutException(string machine, string awaited, TimeSpan timeout)
        : base($"qtest of '{machine}': {awaited} did not arrive within {timeout.TotalSeconds:0.###} s.")
    {
        Awaited = awaited;
        Timeout = timeout;
    }

    /// <summary>Gets what was awaited, for example <c>the answer to 'readl 0x1000'</c>.</summary>
    public string Awaited { get; }

    /// <summary>Gets the timeout that expired.</summary>
    public TimeSpan Timeout { get; }
}
