using NUnit.Framework;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace QemuTest.NUnit;

/// <summary>Skips a test, or every test of a fixture, for what this host or the environment does not offer; the result is
/// <c>Ignored</c>, with the reason. Decided when the tests are loaded, as upstream's decorators are.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public abstract class SkipAttribute : NUnitAttribute, IApplyToTest
{
    private protected SkipAttribute()
    {
    }

    /// <inheritdoc/>
    public void ApplyToTest(Test test)
    {
        ArgumentNullException.ThrowIfNull(test);
        if (test.RunState == RunState.NotRunnable || Reason() is not { } reason)
            return;
        string? other = test.RunState == RunState.Ignored ? test.Properties.Get(PropertyNames.SkipReason) as string : null;
        test.RunState = RunState.Ignored;
        test.Properties.Set(PropertyNames.SkipReason, other is null ? reason : $"{other}; {reason}");
    }

    /// <summary>Why the test is skipped, or null.</summary>
    internal abstract string? Reason();
}
