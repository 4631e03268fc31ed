namespace QemuTest.Qmp;

/// <summary>The connection ended while something was awaited, or before it was asked for.</summary>
public sealed class QmpDisconnectedException : QmpException
{
    internal QmpDisconnectedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
