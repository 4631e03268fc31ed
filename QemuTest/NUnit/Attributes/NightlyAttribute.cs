using NUnit.Framework;

namespace QemuTest.NUnit;

/// <summary>The test belongs to the nightly suite: it repeats something many times, breaks something at random, or takes many minutes.
/// Category <c>nightly</c>.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = false)]
public sealed class NightlyAttribute : CategoryAttribute
{
    /// <summary>The category's name, for filters.</summary>
    public const string Category = "nightly";

    /// <summary>Marks a test or a fixture.</summary>
    public NightlyAttribute()
        : base(Category)
    {
    }
}
