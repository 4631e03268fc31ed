namespace QemuTest.Consoles;

/// <summary>The base of all errors of a wait on a console. The message includes the last 20 lines.</summary>
public abstract class ConsoleException : QemuTestException
{
    private protected ConsoleException(string message, string awaited, string lastLines)
        : base(lastLines.Length == 0 ? $"{message} The console is empty." : $"{message} Last console lines:\n{lastLines}")
    {
        Awaited = awaited;
    }

    /// <summary>Gets the awaited pattern.</summary>
    public string Awaited { get; }
}
