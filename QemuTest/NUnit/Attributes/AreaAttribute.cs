using NUnit.Framework;

namespace QemuTest.NUnit;

/// <summary>The part of QEMU that the test is about, for filters such as <c>Area=Vfio</c>.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class AreaAttribute : PropertyAttribute
{
    internal const string Property = "Area";

    /// <summary>Marks a test or a fixture.</summary>
    /// <param name="area">The area, for example <c>Vfio</c>.</param>
    public AreaAttribute(string area)
        : base(Property, area)
    {
    }
}
