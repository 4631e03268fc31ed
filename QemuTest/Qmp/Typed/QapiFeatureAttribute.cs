namespace QemuTest.Qmp;

/// <summary>A feature that the QAPI schema declares, such as <c>deprecated</c> or <c>unstable</c>.</summary>
/// <param name="name">The feature's name.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Property | AttributeTargets.Method, AllowMultiple = true)]
public sealed class QapiFeatureAttribute(string name) : Attribute
{
    /// <summary>The feature's name.</summary>
    public string Name { get; } = name;

    /// <summary>On which build of QEMU it is there; null for all. See <see cref="QapiConditionAttribute"/>.</summary>
    public string? Condition { get; init; }
}
