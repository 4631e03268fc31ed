namespace QemuTest.Qmp;

/// <summary>A reply or event does not match the QAPI schema: a mandatory member is missing, or a value has another type. Additional
/// members are no error.</summary>
public sealed class QmpAnswerException : QmpException
{
    internal QmpAnswerException(string what, string type, string text, Exception innerException)
        : base($"{what}: not a {type}: {innerException.Message}: {text}", innerException)
    {
    }
}
