namespace QemuTest.Qmp;

/// <summary>The C constant of a QAPI enum value: PREFIX_NAME, numbered from 0 in schema order. On <c>Known</c> it is PREFIX__MAX, the
/// number of values.</summary>
/// <param name="name">The constant's name in QEMU's C code.</param>
/// <param name="value">The value of the constant in a build with all conditional values.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class QapiConstantAttribute(string name, int value) : Attribute
{
    /// <summary>Gets the constant's name in QEMU's C code.</summary>
    public string Name { get; } = name;

    /// <summary>Gets the value of the constant in a build with all conditional values.</summary>
    public int Value { get; } = value;
}
