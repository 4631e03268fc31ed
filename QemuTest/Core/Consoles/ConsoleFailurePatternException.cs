namespace QemuTest.Consoles;

/// <summary>A failure pattern appeared before the awaited one.</summary>
public sealed class ConsoleFailurePatternException : ConsoleException
{
    internal ConsoleFailurePatternException(string console, string found, string failure, string awaited, string lastLines)
        : base($"Console '{console}': found failure pattern {failure} ('{ConsoleText.Printable(found)}') while waiting for {awaited}.", awaited, lastLines)
    {
        Found = found;
    }

    /// <summary>The text that matched the failure pattern.</summary>
    public string Found { get; }
}
