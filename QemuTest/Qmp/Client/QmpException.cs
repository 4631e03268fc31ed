namespace QemuTest.Qmp;

/// <summary>The root of everything that can go wrong on a monitor connection.</summary>
public abstract class QmpException : QemuTestException
{
    private protected QmpException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
