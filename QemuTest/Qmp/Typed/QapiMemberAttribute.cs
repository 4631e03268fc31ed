namespace QemuTest.Qmp;

/// <summary>A member of a QAPI type.</summary>
/// <param name="name">The member's name in the schema and in JSON.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class QapiMemberAttribute(string name) : Attribute
{
    /// <summary>Gets the member's name in the schema and in JSON.</summary>
    public string Name { get; } = name;
}
