namespace QemuTest.Consoles;

/// <summary>The exception for a console that was closed before the awaited pattern appeared, usually because QEMU exited.</summary>
public sealed class ConsoleClosedException : ConsoleException
{
    internal ConsoleClosedException(string console, string awaited, string reason, string lastLines)
        : base($"Console '{console}' was closed while waiting for {awaited}. {reason}", awaited, lastLines)
    {
    }
}
