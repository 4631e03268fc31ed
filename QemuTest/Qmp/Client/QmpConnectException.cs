namespace QemuTest.Qmp;

/// <summary>No session came about: nobody listened, no greeting came within the limit, or the negotiation was refused.</summary>
public sealed class QmpConnectException : QmpException
{
    internal QmpConnectException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
