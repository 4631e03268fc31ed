using System.Diagnostics;
using NUnit.Framework.Interfaces;
using QemuTest.NUnit;
using QemuTest.Tests.Host.Samples;
using QemuTest.Tool;

namespace QemuTest.Tests.Fixtures;

/// <summary>Tests that meet a known misbehavior of QEMU, run by NUnit or by the test platform. The crashing QEMU is a stand-in.</summary>
[NonParallelizable]
public sealed class KnownMisbehaviorTests
{
    [Test]
    [Quick]
    public async Task A_test_that_meets_the_known_crash_in_every_attempt_is_reported_as_known()
    {
        (ITestResult result, int attempts) = await RunAsync(nameof(KnownCrashSample.Meets_the_known_crash_in_every_attempt));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(attempts, Is.GreaterThan(1));
            Assert.That(result.ResultState, Is.EqualTo(ResultState.Ignored));
            Assert.That(result.Message.Split('\n')[0], Is.EqualTo(
                "known misbehavior: It aborts (docs/sample.md): QEMU 'default' ended with signal 6 (SIGABRT), " +
                $"thread_pool_set_max_threads: Assertion `max_threads > 0' failed; seen on 10.0.2, as before; in each of {attempts} attempts"));
            Assert.That(result.Message, Does.Contain("\nQemuTest.Machines.QemuLaunchException"), "the failure itself");
            Assert.That(result.TestAttachments.Select(a => a.Description), Does.Contain("failure.txt").And.Contain("default.log"));
            Assert.That(result.Duration, Is.GreaterThan(Timeouts.Scale(TimeSpan.FromSeconds(2)).TotalSeconds), "half of the timeout");
        }
    }

    [Test]
    [Quick]
    public async Task A_crash_that_only_the_tear_down_finds_is_known_too()
    {
        Assert.That(Installed.Qemu, Does.Exist);

        (ITestResult result, int attempts) = await RunAsync(nameof(KnownCrashSample.Passes_but_its_QEMU_meets_the_known_crash_once));

        Assert.That((result.ResultState, attempts), Is.EqualTo((ResultState.Success, 2)), result.Message);
    }

    [Test]
    [Quick]
    public async Task A_version_that_never_had_it_is_named()
    {
        (ITestResult result, _) = await RunAsync(nameof(KnownCrashSample.Meets_the_known_crash_on_another_version));

        Assert.That(result.ResultState, Is.EqualTo(ResultState.Ignored));
        Assert.That(result.Message, Does.Contain("; seen on 99.1.0 for the first time (before: 10.0.2; fixed in 11.1.3); in "));
    }

    [Test]
    [Quick]
    public async Task A_test_that_meets_the_known_crash_once_passes_in_the_next_attempt()
    {
        Assert.That(Installed.Qemu, Does.Exist);

        (ITestResult result, int attempts) = await RunAsync(nameof(KnownCrashSample.Meets_the_known_crash_once));

        Assert.That((result.ResultState, attempts), Is.EqualTo((ResultState.Success, 2)), result.Message);
        Assert.That(Record(nameof(KnownCrashSample.Meets_the_known_crash_once)).Facts, Does.ContainKey("attempt").WithValue("2"));
    }

    [TestCase(nameof(KnownCrashSample.Meets_another_crash), "Assertion `max_threads > 1' failed")]
    [TestCase(nameof(KnownCrashSample.Meets_the_crash_of_another_area), "other_area: Assertion `false' failed")]
    [TestCase(nameof(KnownCrashSample.Fails_without_a_crash), "not what QEMU wrote")]
    [Quick]
    public async Task Any_other_failure_stands_at_once(string test, string message)
    {
        (ITestResult result, int attempts) = await RunAsync(test);

        Assert.That((result.ResultState.Status, attempts), Is.EqualTo((TestStatus.Failed, 1)));
        Assert.That(result.Message, Does.Contain(message));
    }

    [Test]
    [Quick]
    public async Task Another_crash_in_a_later_attempt_is_a_failure()
    {
        (ITestResult result, int attempts) = await RunAsync(nameof(KnownCrashSample.Meets_the_known_crash_and_then_another));

        Assert.That((result.ResultState.Status, attempts), Is.EqualTo((TestStatus.Failed, 2)));
    }

    [TestCase(nameof(KnownCrashSample.Provokes_a_known_misbehavior), "known misbehavior: It answers wrongly (docs/sample.md): wrong; seen on 10.0.2, as before")]
    [TestCase(
        nameof(KnownCrashSample.Provokes_a_known_misbehavior_on_another_version),
        "known misbehavior: It answers wrongly (docs/sample.md): wrong; seen on 99.1.0 for the first time (before: 10.0.2)")]
    [Quick]
    public async Task A_provoked_misbehavior_is_reported_after_one_attempt(string test, string message)
    {
        (ITestResult result, int attempts) = await RunAsync(test);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((result.ResultState, result.Message, attempts), Is.EqualTo((ResultState.Ignored, message, 1)));
            Assert.That(Record(test).Outcome, Is.EqualTo("KnownMisbehavior"));
        }
    }

    [Test]
    [Quick]
    public async Task Where_QEMU_behaves_the_test_passes()
    {
        (ITestResult result, _) = await RunAsync(nameof(KnownCrashSample.Provokes_a_misbehavior_without_effect));

        Assert.That(result.ResultState, Is.EqualTo(ResultState.Success), result.Message);
    }

    [Test]
    [Quick]
    public async Task An_outcome_that_is_neither_right_nor_known_fails()
    {
        (ITestResult result, _) = await RunAsync(nameof(KnownCrashSample.Provokes_another_outcome));

        Assert.That(result.ResultState, Is.EqualTo(ResultState.Failure));
        Assert.That(result.Message, Does.Contain("an outcome that the catalog does not have: upside down\nright: right\nwrong: wrong"));
    }

    [Test]
    [Thorough]
    [TestTimeout(120)]
    public async Task The_platform_ends_a_run_with_known_misbehaviors_without_failure()
    {
        string folder = Installed.NewFolder();
        var start = new ProcessStartInfo(
            "dotnet",
            ["vstest", Checkout.Samples, $"--TestCaseFilter:FullyQualifiedName~{nameof(KnownCrashSample.Meets_the_known_crash_in_every_attempt)}",
             $"--TestAdapterPath:{Path.GetDirectoryName(typeof(KnownMisbehaviorTests).Assembly.Location)}",
             "--logger:trx;LogFileName=run.trx", $"--ResultsDirectory:{folder}", $"--logger:junit;LogFilePath={folder}/run.junit.xml",
             "--", "NUnit.DisplayName=FullName", $"NUnit.WorkDirectory={folder}"])
        {
            RedirectStandardOutput = true,
        };
        using Process run = Process.Start(start)!;
        string output = await run.StandardOutput.ReadToEndAsync(Installed.Token);
        await run.WaitForExitAsync(Installed.Token);

        var results = RunResults.Read(folder);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.ExitCode, Is.Zero, output);
            Assert.That(results.KnownMisbehaviors.Select(test => test.Reason), Is.EqualTo(new[] { "It aborts (docs/sample.md)" }));
            Assert.That(results.Tests, Has.Count.EqualTo(1));
            Assert.That(await File.ReadAllTextAsync(Path.Combine(folder, "run.junit.xml"), Installed.Token), Does.Contain("<skipped").And.Contain("known misbehavior: It aborts"));
        }
    }

    private static async Task<(ITestResult Result, int Attempts)> RunAsync(string test)
    {
        int before = KnownCrashSample.Attempts.GetValueOrDefault(test);
        ITestResult result = await NestedRun.RunAsync(typeof(KnownCrashSample), test);
        return (result, KnownCrashSample.Attempts[test] - before);
    }

    // The name of the folder above depends on QEMU_TEST_QEMU_BINARY.
    private static TestRecord Record(string test) => TestRecord.Read(
        Directory.EnumerateDirectories(Path.Combine(TestContext.CurrentContext.WorkDirectory, "qemu-test"))
            .Select(target => new FileInfo(Path.Combine(target, $"{typeof(KnownCrashSample).FullName}.{test}", "record.json")))
            .Where(file => file.Exists)
            .MaxBy(file => file.LastWriteTimeUtc)!.FullName);
}
