using NUnit.Framework;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Builders;

namespace QemuTest.NUnit;

/// <summary>The fixture runs once for each system target that is there: for the one that <c>QEMU_TEST_QEMU_BINARY</c> names if it
/// is set, else for each <c>qemu-system-*</c> in <c>QEMU_BUILD_ROOT</c> and PATH. With none there, it runs once and fails, saying
/// what to do.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public sealed class EverySystemTargetAttribute : NUnitAttribute, IFixtureBuilder2
{
    private readonly NUnitTestFixtureBuilder _builder = new();

    /// <inheritdoc/>
    public IEnumerable<TestSuite> BuildFrom(ITypeInfo typeInfo) => BuildFrom(typeInfo, PassAll.Instance);

    /// <inheritdoc/>
    public IEnumerable<TestSuite> BuildFrom(ITypeInfo typeInfo, IPreFilter filter)
    {
        IReadOnlyList<string> targets = SystemTargets.ToRun();
        if (targets.Count == 0)
            targets = [SystemTargets.NoneFound];
        foreach (string target in targets)
        {
            var data = new TestFixtureData().SetArgDisplayNames(target);
            data.Properties.Set(TargetAttribute.Property, target);
            TestSuite fixture = _builder.BuildFrom(typeInfo, filter, data);
            fixture.ApplyAttributesToTest(typeInfo.Type);
            yield return fixture;
        }
    }

    private sealed class PassAll : IPreFilter
    {
        public static readonly PassAll Instance = new();

        public bool IsMatch(Type type) => true;

        public bool IsMatch(Type type, System.Reflection.MethodInfo method) => true;
    }
}
