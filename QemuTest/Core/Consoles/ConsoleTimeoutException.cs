namespace QemuTest.Consoles;

/// <summary>The awaited pattern did not appear within its limit.</summary>
public sealed class ConsoleTimeoutException : ConsoleException
{
    internal ConsoleTimeoutException(string console, string awaited, TimeSpan limit, string lastLines)
        : base($"Console '{console}': {awaited} did not appear within {limit.TotalSeconds:0.###} s.", awaited, lastLines)
    {
        Limit = limit;
    }

    /// <summary>The limit that ran out.</summary>
    public TimeSpan Limit { get; }
}
