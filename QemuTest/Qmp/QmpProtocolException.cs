namespace QemuTest.Qmp;

/// <summary>The peer sent something that is not QMP: not JSON, not an object, a malformed reply, half a message. The
/// session ends with it.</summary>
public sealed class QmpProtocolException : QmpException
{
    internal QmpProtocolException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
