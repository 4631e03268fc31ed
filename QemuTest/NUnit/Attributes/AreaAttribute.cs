using NUnit.Framework;

namespace QemuTest.NUnit;

/// <summary>What part of QEMU the test is about, so that a filter such as <c>Area=Vfio</c> picks it.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class AreaAttribute : PropertyAttribute
{
    /// <summary>Marks a test or a fixture.</summary>
    /// <param name="area">The area, for example <c>Vfio</c>.</param>
    public AreaAttribute(string area)
        : base("Area", area)
    {
    }
}
