namespace QemuTest.Qmp;

/// <summary>The peer sent something that is not QMP: no JSON, no object, a malformed reply, or half a message.</summary>
/// <remarks>The error ends the session. Exception: a malformed reply with a known id fails only its own command.</remarks>
public sealed class QmpProtocolException : QmpException
{
    internal QmpProtocolException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
