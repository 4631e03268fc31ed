namespace QemuTest.Qmp;

/// <summary>The QAPI schema has this only in builds of QEMU where a condition holds.</summary>
/// <param name="condition">C preprocessor symbols, joined by <c>!</c>, <c>&amp;&amp;</c> and <c>||</c>.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Property | AttributeTargets.Method)]
public sealed class QapiConditionAttribute(string condition) : Attribute
{
    /// <summary>C preprocessor symbols, joined by <c>!</c>, <c>&amp;&amp;</c> and <c>||</c>.</summary>
    public string Condition { get; } = condition;
}
