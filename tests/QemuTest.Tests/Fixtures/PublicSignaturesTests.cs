using System.Reflection;
using QemuTest.NUnit;
using QemuTest.Vfio;

namespace QemuTest.Tests.Fixtures;

/// <summary>Types that users of the packages see.</summary>
[Quick]
public sealed class PublicSignaturesTests
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // NUnit changes its internal types without notice.
    private const string Internal = "NUnit.Framework.Internal";

    [TestCase(typeof(QemuBaseTest))]
    [TestCase(typeof(VfioTest))]
    public void No_public_signature_has_an_internal_type_of_NUnit(Type inPackage)
    {
        Type[] visible = [.. inPackage.Assembly.GetExportedTypes()];
        Assert.That(visible, Has.Length.GreaterThan(5), "the types are read");

        Assert.That(visible.SelectMany(InternalsIn), Is.Empty);
    }

    [Test]
    public void An_internal_type_in_a_signature_is_reported() =>
        Assert.That(InternalsIn(typeof(Planted)), Is.EqualTo(new[] { "Planted.Build: NUnit.Framework.Internal.TestSuite" }));

    private static IEnumerable<string> InternalsIn(Type type) =>
        from member in type.GetMembers(All)
        from used in Signature(member).SelectMany(Parts)
        where used.Namespace?.StartsWith(Internal, StringComparison.Ordinal) == true
        select $"{type.Name}.{member.Name}: {used.FullName}";

    private static IEnumerable<Type> Signature(MemberInfo member) => member switch
    {
        MethodInfo method when IsVisible(method) => [method.ReturnType, .. method.GetParameters().Select(p => p.ParameterType)],
        ConstructorInfo constructor when IsVisible(constructor) => constructor.GetParameters().Select(p => p.ParameterType),
        FieldInfo field when field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly => [field.FieldType],
        _ => [],
    };

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!) : [type, .. type.GetGenericArguments().SelectMany(Parts)];

    private abstract class Planted
    {
        protected abstract IEnumerable<global::NUnit.Framework.Internal.TestSuite> Build();
    }
}
