using System.Diagnostics;
using System.Xml.Linq;
using QemuTest.NUnit;
using QemuTest.Tests.Host.Samples;

namespace QemuTest.Tests.Tool;

/// <summary>The JUnit file of a run, written by the package JunitXml.TestLogger as <c>eng/lib/dotnet.sh</c> uses it.</summary>
[Thorough]
public sealed class JUnitLoggerTests
{
    [Test]
    [TestTimeout(120)]
    public async Task The_file_has_every_test_with_its_fixture_and_its_reason()
    {
        string folder = Installed.NewFolder();
        var start = new ProcessStartInfo(
            "dotnet",
            ["vstest", Checkout.Samples, $"--TestCaseFilter:FullyQualifiedName~{nameof(NoisySample)}&FullyQualifiedName!~Ends", $"--TestAdapterPath:{Path.GetDirectoryName(typeof(JUnitLoggerTests).Assembly.Location)}",
             $"--logger:junit;LogFilePath={folder}/{{assembly}}.junit.xml", "--", "NUnit.DisplayName=FullName", $"NUnit.WorkDirectory={folder}"])
        {
            RedirectStandardOutput = true,
        };
        using Process run = Process.Start(start)!;
        string output = await run.StandardOutput.ReadToEndAsync(Installed.Token);
        await run.WaitForExitAsync(Installed.Token);

        string file = Path.Combine(folder, "QemuTest.Tests.Host.junit.xml");
        Assert.That(file, Does.Exist, output);
        XElement[] cases = [.. XDocument.Load(file).Descendants("testcase").OrderBy(test => (string?)test.Attribute("name"), StringComparer.Ordinal)];
        Assert.Multiple(() =>
        {
            Assert.That(cases.Select(test => (string?)test.Attribute("name")), Is.EqualTo(new[]
            {
                nameof(NoisySample.Is_skipped), nameof(NoisySample.Prints_and_fails), nameof(NoisySample.Prints_and_passes),
            }));
            Assert.That(cases.Select(test => (string?)test.Attribute("classname")), Is.All.EqualTo(typeof(NoisySample).FullName));
            Assert.That(cases.Select(test => (double)test.Attribute("time")!), Is.All.GreaterThan(0));
            Assert.That(cases[0].Element("skipped"), Is.Not.Null);
            Assert.That(cases[0].Element("system-out")?.Value, Does.Contain("the other reason"));
            Assert.That((string?)cases[1].Element("failure")?.Attribute("message"), Does.Contain("the reason"));
            Assert.That(cases[1].Element("system-out")?.Value, Does.Contain("not a result"));
        });
    }
}
