namespace QemuTest.Qmp;

/// <summary>A build condition of the QAPI schema: only some builds of QEMU have this.</summary>
/// <param name="condition">C preprocessor symbols, joined by <c>!</c>, <c>&amp;&amp;</c> and <c>||</c>.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Property | AttributeTargets.Method)]
public sealed class QapiConditionAttribute(string condition) : Attribute
{
    /// <summary>Gets the C preprocessor symbols, joined by <c>!</c>, <c>&amp;&amp;</c> and <c>||</c>.</summary>
    public string Condition { get; } = condition;
}
