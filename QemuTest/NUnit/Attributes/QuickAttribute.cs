using NUnit.Framework;

namespace QemuTest.NUnit;

/// <summary>The test belongs to the quick suite: it needs no download and takes seconds. Category <c>quick</c>.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = false)]
public sealed class QuickAttribute : CategoryAttribute
{
    /// <summary>The category's name, for filters.</summary>
    public const string Category = "quick";

    /// <summary>Marks a test or a fixture.</summary>
    public QuickAttribute()
        : base(Category)
    {
    }
}
