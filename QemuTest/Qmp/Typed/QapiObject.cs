using System.Text.Json;

namespace QemuTest.Qmp;

/// <summary>The base class of all generated records for JSON objects.</summary>
/// <remarks>An answer of another QEMU version can lack a mandatory member of the schema. That is no error until the member is read: its
/// property then throws a <see cref="QmpAnswerException"/>. An API generated with <c>--strict</c> refuses such an answer at once.</remarks>
public abstract record QapiObject
{
    private readonly QapiSource? _source;

    /// <summary>Creates a value with the members that the program sets.</summary>
    protected QapiObject()
    {
    }

    /// <summary>Creates a value from JSON.</summary>
    /// <param name="reader">The JSON object.</param>
    protected QapiObject(QapiReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _source = reader.Source;
        MissingMembers = reader.Missing;
    }

    /// <summary>Gets the mandatory members that the JSON lacks, by their names in the schema. Empty for a value that a program created.</summary>
    public IReadOnlyList<string> MissingMembers { get; } = [];

    /// <summary>Gets or sets the members that are not in the schema. They are written back.</summary>
    public IDictionary<string, JsonElement>? UnknownMembers { get; set; }

    /// <summary>Compares the members. The origin of a value does not count.</summary>
    /// <param name="other">The other value.</param>
    public virtual bool Equals(QapiObject? other) =>
        other is not null && EqualityContract == other.EqualityContract && Equals(UnknownMembers, other.UnknownMembers);

    /// <inheritdoc/>
    public override int GetHashCode() => EqualityContract.GetHashCode();

    /// <summary>Gets the members with their names in the schema, for messages.</summary>
    public sealed override string ToString()
    {
        QapiTextWriter text = new();
        WriteMembers(text);
        text.AddUnknown(UnknownMembers);
        return $"{QapiTypeName.Of(GetType())} {text}";
    }

    /// <summary>Writes the members. A missing one is left out.</summary>
    /// <param name="writer">The writer.</param>
    protected abstract void WriteMembers(QapiWriter writer);

    internal void WriteTo(QapiWriter writer) => WriteMembers(writer);

    /// <summary>Creates the error for a read of a missing member.</summary>
    /// <param name="member">The member's name in the schema.</param>
    protected QmpAnswerException Missing(string member) => QmpAnswerException.ForMissing(GetType(), member, _source);
}
