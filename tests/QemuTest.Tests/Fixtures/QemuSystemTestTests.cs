using NUnit.Framework.Interfaces;
using QemuTest.NUnit;
using QemuTest.Tests.Host.Samples;

namespace QemuTest.Tests.Fixtures;

/// <summary>Sample fixtures run by NUnit, and their results.</summary>
[Quick]
[NonParallelizable]
public sealed class QemuSystemTestTests
{
    [SetUp]
    public void Require_the_QEMU_of_the_samples() => Assert.That(Installed.Qemu, Does.Exist);

    [Test]
    public async Task A_QEMU_that_hangs_at_the_shutdown_fails_a_test_that_passed()
    {
        ITestResult result = await NestedRun.RunAsync(typeof(HungQemuSample));

        Assert.Multiple(() =>
        {
            Assert.That(result.ResultState.Status, Is.EqualTo(TestStatus.Failed));
            Assert.That(result.Message, Does.Contain("QEMU 'default' did not exit normally").And.Match(@"did not react to 'quit' within \d+\.\d s"));
        });
    }

    [Test]
    public async Task A_QEMU_that_crashed_fails_a_test_that_passed()
    {
        ITestResult result = await NestedRun.RunAsync(typeof(CrashingQemuSample));

        Assert.Multiple(() =>
        {
            Assert.That(result.ResultState.Status, Is.EqualTo(TestStatus.Failed));
            Assert.That(result.Message, Does.Contain("signal 11 (SIGSEGV)"));
        });
    }

    [Test]
    public async Task A_failure_shows_all_evidence_and_leaves_no_scratch_folder()
    {
        ITestResult result = await NestedRun.RunAsync(typeof(FailingSample));
        string folder = Path.Combine(
            TestContext.CurrentContext.WorkDirectory, "qemu-test", "x86_64", "QemuTest.Tests.Host.Samples.FailingSample.Fails");

        Assert.Multiple(() =>
        {
            Assert.That(result.Message, Does.Contain("what it never is"));
            Assert.That(result.Output, Does.Match("--- QEMU 'default': running, process [0-9]+, run state 'running'"), "the state at the failure");
            Assert.That(result.Output, Does.Contain("no_such_event_for_the_log"), "QEMU's output");
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
    public async Task A_target_without_a_binary_gives_one_clear_error()
    {
        ITestResult result = await NestedRun.RunAsync(typeof(OtherTargetSample));

        Assert.That(result.Message, Does.Contain("No QEMU for target 'no_such_target': set QEMU_TEST_QEMU_BINARY, or install qemu-system-no_such_target"));
    }

    [Test]
    public async Task SetVmArg_replaces_or_appends_an_option()
    {
        ITestResult result = await NestedRun.RunAsync(typeof(SetVmArgSample));

        Assert.That(result.ResultState.Status, Is.EqualTo(TestStatus.Passed), result.Message);
    }

    [TestCase(nameof(LateSettingsSample.SetMachineAsync_after_Vm), "SetMachineAsync applies to all machines, but machine 'default' already exists")]
    [TestCase(nameof(LateSettingsSample.Cpu_after_GetVm), "Cpu applies to all machines, but machine 'other' already exists")]
    [TestCase(nameof(LateSettingsSample.SetVmArg_after_the_launch), "QEMU 'default' is launched, so its arguments can no longer change")]
    [TestCase(nameof(LateSettingsSample.GetVm_with_other_arguments), "Machine 'one' was created with '-S', so GetVm cannot give it '-S -nodefaults'")]
    public async Task A_setting_that_comes_too_late_fails_with_the_cure(string test, string message)
    {
        ITestResult result = await NestedRun.RunAsync(typeof(LateSettingsSample), test);

        Assert.Multiple(() =>
        {
            Assert.That(result.ResultState.Status, Is.EqualTo(TestStatus.Failed));
            Assert.That(result.Message, Does.Contain(nameof(InvalidOperationException)).And.Contain(message));
        });
    }

    [Test]
    public async Task GetVm_with_the_same_arguments_or_none_returns_the_same_machine()
    {
        ITestResult result = await NestedRun.RunAsync(typeof(LateSettingsSample), nameof(LateSettingsSample.GetVm_again));

        Assert.That(result.ResultState.Status, Is.EqualTo(TestStatus.Passed), result.Message);
    }

    [Test]
    public async Task An_additional_logger_receives_what_base_log_receives()
    {
        ITestResult result = await NestedRun.RunAsync(typeof(LoggerSample));

        Assert.That(result.ResultState.Status, Is.EqualTo(TestStatus.Passed), result.Message);
    }
}
