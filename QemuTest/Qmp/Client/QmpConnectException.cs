namespace QemuTest.Qmp;

/// <summary>A session could not start: nobody listens, there is no greeting within the timeout, or the negotiation fails.</summary>
public sealed class QmpConnectException : QmpException
{
    internal QmpConnectException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
