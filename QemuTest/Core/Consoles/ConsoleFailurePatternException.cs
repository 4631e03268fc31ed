namespace QemuTest.Consoles;

/// <summary>The exception for a failure pattern that appeared before the awaited pattern.</summary>
public sealed class ConsoleFailurePatternException : ConsoleException
{
    internal ConsoleFailurePatternException(string console, string found, string failure, string awaited, string lastLines)
        : base($"Console '{console}': found failure pattern {failure} ('{ConsoleText.Printable(found)}') while waiting for {awaited}.", awaited, lastLines)
    {
        Found = found;
    }

    /// <summary>Gets the text that matched the failure pattern.</summary>
    public string Found { get; }
}
