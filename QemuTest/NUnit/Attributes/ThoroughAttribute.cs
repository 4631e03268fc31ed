using NUnit.Framework;

namespace QemuTest.NUnit;

/// <summary>The test belongs to the thorough suite: it may need assets, the VFIO lab, or minutes. Category <c>thorough</c>.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = false)]
public sealed class ThoroughAttribute : CategoryAttribute
{
    /// <summary>The category's name, for filters.</summary>
    public const string Category = "thorough";

    /// <summary>Marks a test or a fixture.</summary>
    public ThoroughAttribute()
        : base(Category)
    {
    }
}
