using System.Reflection;
using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Qmp;
using QemuTest.Vfio;

namespace QemuTest.Tests.Qmp;

/// <summary>One catch clause handles everything that the packages define.</summary>
[Quick]
public sealed class ExceptionRootTests
{
    private static readonly Assembly[] Packages =
        [typeof(QmpClient).Assembly, typeof(QemuMachine).Assembly, typeof(QemuSystemTest).Assembly, typeof(VfioLabException).Assembly];

    private static IEnumerable<Type> Exceptions =>
        Packages.SelectMany(package => package.GetExportedTypes()).Where(type => type.IsSubclassOf(typeof(Exception)));

    [TestCaseSource(nameof(Exceptions))]
    public void Every_public_exception_derives_from_one_root(Type exception) =>
        Assert.That(typeof(QemuTestException).IsAssignableFrom(exception), $"{exception} does not derive from {nameof(QemuTestException)}");

    [TestCaseSource(nameof(Exceptions))]
    public void Every_timeout_exception_has_the_timeout_and_what_was_awaited(Type exception)
    {
        if (!exception.Name.EndsWith("TimeoutException", StringComparison.Ordinal))
            return;

        Assert.Multiple(() =>
        {
            Assert.That(exception.GetProperty("Timeout")?.PropertyType, Is.EqualTo(typeof(TimeSpan)));
            Assert.That(exception.GetProperty("Awaited")?.PropertyType, Is.EqualTo(typeof(string)));
        });
    }
}
