using QemuTest.QapiGen.Model;

namespace QemuTest.QapiGen.CSharp;

/// <summary>The C# property of a member.</summary>
/// <param name="Member">The member.</param>
/// <param name="Name">The name of the property.</param>
/// <param name="Type">The type, without the question mark of an optional one.</param>
/// <param name="IsValue">Whether the type is a value type.</param>
internal sealed record Property(Member Member, string Name, string Type, bool IsValue)
{
    /// <summary>Gets whether the property can be null. A QEMU built without the condition does not have the member, so it cannot be mandatory.</summary>
    public bool IsOptional => Member.Optional || Member.If is not null;

    public string Field => "_" + char.ToLowerInvariant(Name[0]) + Name[1..];

    /// <summary>Gets the name of the property or the field with the value, which is null without one.</summary>
    public string Storage => IsOptional ? Name : Field;

    public string ReadMethod => "Read" + (IsOptional ? "Optional" : "") + (IsValue ? "Value" : "");

    public string WriteMethod => "Write" + (IsValue ? "Value" : "");
}
