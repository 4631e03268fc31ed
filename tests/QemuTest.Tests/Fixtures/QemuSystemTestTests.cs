using NUnit.Framework.Interfaces;
using QemuTest.NUnit;
using QemuTest.Tests.Host.Samples;

namespace QemuTest.Tests.Fixtures;

/// <summary>What a test author sees: sample fixtures run by NUnit, and their verdicts.</summary>
[Quick]
[NonParallelizable]
public sealed class QemuSystemTestTests
{
    [SetUp]
    public void Need_the_samples_QEMU() => Assert.That(Installed.Qemu, Does.Exist);

    [Test]
    public async Task A_QEMU_that_hangs_at_shutdown_fails_the_test_that_passed()
    {
        ITestResult result = await NestedRun.RunAsync(typeof(HungQemuSample));

        Assert.Multiple(() =>
        {
            Assert.That(result.ResultState.Status, Is.EqualTo(TestStatus.Failed));
            Assert.That(result.Message, Does.Contain("QEMU 'default' did not end as it should").And.Contain("did not react to 'quit' within 2."));
            Assert.That(result.Duration, Is.LessThan(20));
        });
    }

    [Test]
    public async Task A_QEMU_that_crashed_fails_the_test_that_passed()
    {
        ITestResult result = await NestedRun.RunAsync(typeof(CrashingQemuSample));

        Assert.Multiple(() =>
        {
            Assert.That(result.ResultState.Status, Is.EqualTo(TestStatus.Failed));
            Assert.That(result.Message, Does.Contain("signal 11 (SIGSEGV)"));
        });
    }

    [Test]
    public async Task A_failure_shows_all_evidence_and_leaves_no_scratch()
    {
        ITestResult result = await NestedRun.RunAsync(typeof(FailingSample));
        string folder = Path.Combine(
            TestContext.CurrentContext.WorkDirectory, "qemu-test", "x86_64", "QemuTest.Tests.Host.Samples.FailingSample.Fails");

        Assert.Multiple(() =>
        {
            Assert.That(result.Message, Does.Contain("what it never is"));
            Assert.That(result.Output, Does.Match("--- QEMU 'default': running, process [0-9]+, run state 'running'"), "the state as it was at the failure");
            Assert.That(result.Output, Does.Contain("no_such_event_for_the_log"), "QEMU's own words");
            Assert.That(result.Output, Does.Contain("human-monitor-command"), "the last QMP messages");
            Assert.That(result.Output, Does.Contain($"--- logs: {folder}"));
            Assert.That(File.ReadAllText(Path.Combine(folder, "failure.txt")), Does.Contain("what it never is"));
            Assert.That(File.ReadAllText(Path.Combine(folder, "base.log")), Does.Contain("<-- "), "the QMP traffic");
            Assert.That(
                Directory.EnumerateFiles(Path.Combine(TestContext.CurrentContext.WorkDirectory, "qemu-test", "scratch"), "kept", SearchOption.AllDirectories),
                Is.Empty);
        });
    }

    [Test]
    public async Task A_target_without_a_binary_is_one_clear_error()
    {
        ITestResult result = await NestedRun.RunAsync(typeof(OtherTargetSample));

        Assert.That(result.Message, Does.Contain("No QEMU for target 'no_such_target': set QEMU_TEST_QEMU_BINARY, or install qemu-system-no_such_target"));
    }

    [Test]
    public async Task An_option_of_the_machine_is_replaced_or_appended()
    {
        ITestResult result = await NestedRun.RunAsync(typeof(SetVmArgSample));

        Assert.That(result.ResultState.Status, Is.EqualTo(TestStatus.Passed), result.Message);
    }
}
