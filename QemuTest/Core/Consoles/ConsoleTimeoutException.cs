namespace QemuTest.Consoles;

/// <summary>The awaited pattern did not appear within its timeout.</summary>
public sealed class ConsoleTimeoutException : ConsoleException
{
    internal ConsoleTimeoutException(string console, string awaited, TimeSpan timeout, string lastLines)
        : base($"Console '{console}': {awaited} did not appear within {timeout.TotalSeconds:0.###} s.", awaited, lastLines)
    {
        Timeout = timeout;
    }

    /// <summary>The timeout that ran out.</summary>
    public TimeSpan Timeout { get; }
}
