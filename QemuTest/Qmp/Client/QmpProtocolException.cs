namespace QemuTest.Qmp;

/// <summary>The peer sent something that is not QMP: not JSON, not an object, a malformed reply, half a message. The
/// session ends with it, except where a reply is well routed and wrong inside: then its command fails and no other.</summary>
public sealed class QmpProtocolException : QmpException
{
    internal QmpProtocolException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
