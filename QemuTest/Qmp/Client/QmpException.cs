namespace QemuTest.Qmp;

/// <summary>The base class of all errors on a monitor connection.</summary>
public abstract class QmpException : QemuTestException
{
    private protected QmpException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>Gets the name of the monitor (<see cref="QmpClientOptions.Name"/>), or null if it is not known.</summary>
    public string? Monitor { get; internal set; }

    /// <summary>Gets the command, or null if the error does not belong to one command.</summary>
    public string? Command { get; internal init; }
}
