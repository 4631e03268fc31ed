namespace QemuTest.Consoles;

/// <summary>A wait on a console did not find what it waited for. The message has the last 20 lines seen.</summary>
public abstract class ConsoleException : QemuTestException
{
    private protected ConsoleException(string message, string awaited, string lastLines)
        : base(lastLines.Length == 0 ? $"{message} The console is empty." : $"{message} Last console lines:\n{lastLines}")
    {
        Awaited = awaited;
    }

    /// <summary>The pattern that was awaited.</summary>
    public string Awaited { get; }
}
