namespace QemuTest.Consoles;

/// <summary>The console ended, which usually means that QEMU did, before the awaited pattern appeared.</summary>
public sealed class ConsoleClosedException : ConsoleException
{
    internal ConsoleClosedException(string console, string awaited, string reason, string lastLines)
        : base($"Console '{console}' ended while waiting for {awaited}. {reason}", awaited, lastLines)
    {
    }
}
