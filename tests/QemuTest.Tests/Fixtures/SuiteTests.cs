using System.Reflection;
using NUnit.Framework.Interfaces;
using QemuTest.NUnit;
using QemuTest.Tests.Host.Samples;

namespace QemuTest.Tests.Fixtures;

/// <summary>Every test belongs to a suite, else no job would run it.</summary>
[Quick]
public sealed class SuiteTests
{
    private static readonly string[] Suites = [QuickAttribute.Category, ThoroughAttribute.Category, NightlyAttribute.Category];

    [TestCase("QemuTest.Tests")]
    [TestCase("Functional")]
    [TestCase("QapiGen.Tests")]
    public void Every_test_belongs_to_a_suite(string project)
    {
        string assembly = project switch
        {
            "Functional" => Checkout.Functional,
            "QapiGen.Tests" => Checkout.GeneratorTests,
            _ => typeof(SuiteTests).Assembly.Location,
        };
        Type[] types = Assembly.LoadFrom(assembly).GetTypes();
        Assert.That(types.SelectMany(Tests), Is.Not.Empty, "the tests are read");

        Assert.That(types.SelectMany(WithoutSuite), Is.Empty, "add [Quick], [Thorough] or [Nightly]");
    }

    [Test]
    public void A_test_without_a_suite_is_reported() =>
        Assert.That(WithoutSuite(typeof(GatedSample)), Does.Contain($"{typeof(GatedSample).FullName}.{nameof(GatedSample.Is_slow)}"));

    [TestCase("quick", "TestCategory=quick")]
    [TestCase("thorough", "TestCategory=thorough")]
    [TestCase("nightly", "TestCategory=nightly|TestCategory=thorough|TestCategory=quick")]
    public void Every_suite_has_run_settings(string suite, string filter) => Assert.That(
        File.ReadAllText(Path.Combine(Checkout.Root, "runsettings", suite + ".runsettings")), Does.Contain($"<TestCaseFilter>{filter}</TestCaseFilter>"));

    private static IEnumerable<string> WithoutSuite(Type type) => Tests(type)
        .Where(test => !Categories(type).Concat(Categories(test)).Intersect(Suites).Any())
        .Select(test => $"{type.FullName}.{test.Name}");

    private static IEnumerable<MethodInfo> Tests(Type type) =>
        type.IsAbstract ? [] : type.GetMethods().Where(m => m.GetCustomAttributes(inherit: true).Any(a => a is ITestBuilder or ISimpleTestBuilder));

    private static IEnumerable<string> Categories(MemberInfo member) => member.GetCustomAttributes<CategoryAttribute>(inherit: true).Select(c => c.Name);
}
