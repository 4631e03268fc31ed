namespace QemuTest.Qmp;

/// <summary>An answer or event that is JSON, but not what the QAPI schema promises: a mandatory member is missing,
/// or a value has another type. (What is there beyond the schema is no error.)</summary>
public sealed class QmpAnswerException : QmpException
{
    internal QmpAnswerException(string what, string type, string text, Exception innerException)
        : base($"{what}: not a {type}: {innerException.Message}: {text}", innerException)
    {
    }
}
