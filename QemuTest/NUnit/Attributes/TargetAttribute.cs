using NUnit.Framework;

namespace QemuTest.NUnit;

/// <summary>The only target that the fixture is for. If <c>QEMU_TEST_QEMU_BINARY</c> is set and has another target, the tests are skipped
/// with a reason; if it is unset, the target's binary is looked up with <see cref="SystemTargets.Installed"/>.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public sealed class TargetAttribute : PropertyAttribute
{
    internal const string Property = "Target";

    /// <summary>Marks a fixture.</summary>
    /// <param name="target">QEMU's name for the target, for example <c>x86_64</c>.</param>
    public TargetAttribute(string target)
        : base(Property, target)
    {
        Target = target;
    }

    /// <summary>Gets QEMU's name for the target.</summary>
    public string Target { get; }
}
