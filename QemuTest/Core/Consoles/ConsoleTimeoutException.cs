namespace QemuTest.Consoles;

/// <summary>The exception for an awaited pattern that did not appear in time.</summary>
public sealed class ConsoleTimeoutException : ConsoleException
{
    internal ConsoleTimeoutException(string console, string awaited, TimeSpan timeout, string lastLines)
        : base($"Console '{console}': {awaited} did not appear within {timeout.TotalSeconds:0.###} s.", awaited, lastLines)
    {
        Timeout = timeout;
    }

    /// <summary>Gets the timeout that expired.</summary>
    public TimeSpan Timeout { get; }
}
