using System.Reflection;
using NUnit.Framework;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Builders;

namespace QemuTest.NUnit;

/// <summary>Runs the fixture once for each system emulator on this host: for the one in <c>QEMU_TEST_QEMU_BINARY</c> if that is set, else
/// for each <c>qemu-system-*</c> of <see cref="SystemTargets.Installed"/>. Without any, the fixture runs once and fails with the cure.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public sealed class EverySystemTargetAttribute : NUnitAttribute, IFixtureBuilder2
{
    private readonly NUnitTestFixtureBuilder _builder = new();

    // Explicit, so that NUnit's internal types stay out of this package's public signatures.
    IEnumerable<TestSuite> IFixtureBuilder.BuildFrom(ITypeInfo typeInfo) => Build(typeInfo, PassAll.Instance);

    IEnumerable<TestSuite> IFixtureBuilder2.BuildFrom(ITypeInfo typeInfo, IPreFilter filter) => Build(typeInfo, filter);

    private IEnumerable<TestSuite> Build(ITypeInfo typeInfo, IPreFilter filter)
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

        public bool IsMatch(Type type, MethodInfo method) => true;
    }
}
