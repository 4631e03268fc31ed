using NUnit.Framework;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace QemuTest.NUnit;

/// <summary>The base of the attributes that skip a test, or every test of a fixture, if the host or the environment lacks something. The
/// result is <c>Ignored</c>, with every reason that applies. NUnit decides when it loads the tests.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public abstract class SkipAttribute : NUnitAttribute, IApplyToTest
{
    private protected SkipAttribute()
    {
    }

    // Explicit, so that NUnit's internal types stay out of this package's public signatures.
    void IApplyToTest.ApplyToTest(Test test)
    {
        if (test.RunState == RunState.NotRunnable || Reason() is not { } reason)
            return;
        string? other = test.RunState == RunState.Ignored ? test.Properties.Get(PropertyNames.SkipReason) as string : null;
        test.RunState = RunState.Ignored;
        test.Properties.Set(PropertyNames.SkipReason, other is null ? reason : $"{other}; {reason}");
    }

    /// <summary>Gets the reason to skip the test, or null.</summary>
    internal abstract string? Reason();
}
