using System.Xml.Linq;
using NUnit.Framework.Interfaces;
using QemuTest.NUnit;
using QemuTest.Tests.Host.Samples;

namespace QemuTest.Tests.Fixtures;

/// <summary>Evidence in test results: a failed test has all its logs attached, a passed one nothing.</summary>
[NonParallelizable]
public sealed class AttachmentTests
{
    private static readonly string[] Evidence = ["base.log", "console.log", "default.log", "failure.txt", "record.json"];

    [SetUp]
    public void Need_the_samples_QEMU() => Assert.That(Installed.Qemu, Does.Exist);

    [Test]
    [Quick]
    public async Task A_failed_test_has_its_logs_attached()
    {
        ITestResult result = await NestedRun.RunAsync(typeof(FailingConsoleSample));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.TestAttachments.Select(a => a.Description), Is.EqualTo(Evidence));
            Assert.That(result.TestAttachments.Select(a => a.FilePath), Is.All.Matches<string>(File.Exists));
            Assert.That(File.ReadAllText(result.TestAttachments.First().FilePath), Does.Contain("failed: "), "base.log is complete");
        }
    }

    [Test]
    [Quick]
    public async Task A_test_that_fails_in_its_tear_down_has_its_logs_attached()
    {
        ITestResult result = await NestedRun.RunAsync(typeof(CrashingQemuSample));

        Assert.That(result.TestAttachments.Select(a => a.Description), Does.Contain("failure.txt"));
    }

    [Test]
    [Quick]
    public async Task A_passed_test_has_nothing_attached()
    {
        ITestResult result = await NestedRun.RunAsync(typeof(SetVmArgSample));

        Assert.That(result.TestAttachments, Is.Empty);
    }

    [Test]
    [Thorough]
    [TestTimeout(120)]
    public async Task The_result_file_of_a_run_names_the_attachments()
    {
        string results = Path.Combine(TestContext.CurrentContext.WorkDirectory, "library-tests", TestContext.CurrentContext.Test.ID + "-results");
        string output = await TestRun.RunAsync(
            Checkout.Samples, $"FullyQualifiedName~{nameof(FailingConsoleSample)}", null, "--logger:trx;LogFileName=run.trx", $"--ResultsDirectory:{results}");
        Assert.That(Path.Combine(results, "run.trx"), Does.Exist, output);
        XDocument run = XDocument.Load(Path.Combine(results, "run.trx"));

        Assert.That(
            run.Descendants().Where(e => e.Name.LocalName == "ResultFile").Select(e => Path.GetFileName((string?)e.Attribute("path"))),
            Is.EquivalentTo(Evidence));
    }
}
