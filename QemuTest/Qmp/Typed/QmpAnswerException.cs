namespace QemuTest.Qmp;

/// <summary>A reply or event does not match the QAPI schema: a value has another type, or a program reads a mandatory member that is
/// missing. Additional members are no error.</summary>
public sealed class QmpAnswerException : QmpException
{
    internal QmpAnswerException(string what, string type, string text, Exception innerException)
        : base($"{what}: not a {type}: {innerException.Message}: {text}", innerException)
    {
    }

    private QmpAnswerException(string message)
        : base(message)
    {
    }

    /// <summary>Gets the missing member's name in the schema, or null for another error.</summary>
    public string? Member { get; private init; }

    internal static QmpAnswerException ForMissing(Type type, string member, QapiSource? source)
    {
        string name = QapiTypeName.Of(type);
        string qemu = source?.Version is { } version ? $"QEMU {version}" : "this QEMU";
        string where = source is null ? "the JSON" : $"the answer of {qemu}";
        return new($"{source?.What ?? name}: '{member}' of {name} is missing in {where}. Its MissingMembers lists it.")
        {
            Command = source?.Command,
            Monitor = source?.Monitor,
            Member = member,
        };
    }
}
