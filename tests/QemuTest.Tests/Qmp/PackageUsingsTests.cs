using QemuTest.NUnit;

namespace QemuTest.Tests.Qmp;

/// <summary>The typed commands need no using line: the package's build properties bring <c>QemuTest.Qmp</c>.</summary>
[Quick]
public sealed class PackageUsingsTests
{
    [Test]
    public void Functional_tests_use_typed_commands_without_a_using_line()
    {
        string[] sources = [.. Directory.GetFiles(Path.Combine(Checkout.Root, "tests", "Functional"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))];

        Assert.That(sources.Where(file => File.ReadAllText(file).Contains("Qmp.Query", StringComparison.Ordinal)), Is.Not.Empty);
        Assert.That(sources.Where(file => File.ReadLines(file).Any(line => line.Trim() == "using QemuTest.Qmp;")), Is.Empty);
    }
}
