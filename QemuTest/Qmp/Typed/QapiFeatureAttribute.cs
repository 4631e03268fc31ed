namespace QemuTest.Qmp;

/// <summary>A feature in the QAPI schema, for example <c>deprecated</c> or <c>unstable</c>.</summary>
/// <param name="name">The feature's name.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Property | AttributeTargets.Method, AllowMultiple = true)]
public sealed class QapiFeatureAttribute(string name) : Attribute
{
    /// <summary>Gets the feature's name.</summary>
    public string Name { get; } = name;

    /// <summary>Gets the build condition of the feature, or null if all builds have it. See <see cref="QapiConditionAttribute"/>.</summary>
    public string? Condition { get; init; }
}
