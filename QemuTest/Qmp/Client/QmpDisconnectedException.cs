namespace QemuTest.Qmp;

/// <summary>The connection ended before a command or during a wait.</summary>
public sealed class QmpDisconnectedException : QmpException
{
    internal QmpDisconnectedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
