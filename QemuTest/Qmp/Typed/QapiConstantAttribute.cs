namespace QemuTest.Qmp;

/// <summary>The C constant of a QAPI enum value: PREFIX_NAME, numbered from 0 in schema order. On the list of all
/// values it is PREFIX__MAX, their number.</summary>
/// <param name="name">The constant's name in QEMU's C code.</param>
/// <param name="value">Its number there, with every conditional value compiled in.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class QapiConstantAttribute(string name, int value) : Attribute
{
    /// <summary>The constant's name in QEMU's C code.</summary>
    public string Name { get; } = name;

    /// <summary>Its number there, with every conditional value compiled in.</summary>
    public int Value { get; } = value;
}
