using System.Diagnostics;
using System.Xml.Linq;
using QemuTest.NUnit;
using QemuTest.Tests.Host.Samples;
using QemuTest.Tool;

namespace QemuTest.Tests.Tool;

/// <summary><c>qemu-test tap</c> as a harness sees it: real runs of the test platform.</summary>
[Thorough]
public sealed class TapRunTests
{
    [Test]
    [TestTimeout(120)]
    public async Task The_stream_has_results_and_no_output_of_a_test_or_its_child()
    {
        (int exitCode, string output, string errors) = await TapAsync("NoisySample&FullyQualifiedName!~Ends");

        string[] results = [.. output.Split('\n').Where(line => line.Length > 0 && line[0] != ' ')];
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.EqualTo(1), errors);
            Assert.That(results[0], Is.EqualTo("TAP version 13"));
            Assert.That(results[1..^1].Select(WithoutNumber), Is.EquivalentTo(new[]
            {
                $"ok - {typeof(NoisySample).FullName}.Is_skipped # SKIP the other reason",
                $"not ok - {typeof(NoisySample).FullName}.Prints_and_fails",
                $"ok - {typeof(NoisySample).FullName}.Prints_and_passes",
            }));
            Assert.That(results[^1], Is.EqualTo("1..3"));
            Assert.That(output, Does.Contain("  message: |2\n    the reason\n"));
        });
    }

    [Test]
    [TestTimeout(120)]
    public async Task A_known_misbehavior_is_an_expected_failure_and_does_not_fail_the_run()
    {
        (int exitCode, string output, string errors) = await TapAsync(nameof(KnownCrashSample.Meets_the_known_crash_in_every_attempt));

        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.Zero, errors);
            Assert.That(output, Does.Contain(
                $"not ok 1 - {typeof(KnownCrashSample).FullName}.Meets_the_known_crash_in_every_attempt # TODO It aborts (docs/sample.md): QEMU 'default' ended with"));
            Assert.That(output, Does.Contain("\n1..1\n"));
        });
    }

    [Test]
    [TestTimeout(120)]
    public async Task A_run_whose_host_dies_bails_out()
    {
        (int exitCode, string output, _) = await TapAsync("NoisySample.Ends_the_host");

        Assert.That(output, Does.StartWith("TAP version 13\n").And.Contain("Bail out! "));
        Assert.That(output, Does.Not.Contain("1.."));
        Assert.That(exitCode, Is.Not.Zero);
    }

    [Test]
    [TestTimeout(600)]
    [SkipIfMissingCommands("meson")]
    public async Task Meson_counts_what_the_test_platform_counts()
    {
        if (!SystemTargets.Installed().TryGetValue("arm", out string? arm))
        {
            Assert.Ignore("qemu-system-arm is not installed (apt-get install qemu-system-arm)");
            return;
        }

        // One test of QEMU, and tests that are skipped because they are for other binaries: the counts are the same on every host.
        const string Filter = "FullyQualifiedName~VersionTests|FullyQualifiedName~UserProgramTests";
        string folder = Installed.NewFolder();
        string build = Path.Combine(folder, "build");

        await RunAsync(arm, "meson", ["setup", build, Path.Combine(Checkout.Root, "tests")]);
        (int exitCode, string output, _) = await RunAsync(
            arm, "meson", ["test", "-C", build, "--suite", "quick", $"--test-args=--filter {Filter}"]);
        Assert.That(exitCode, Is.Zero, () => WithLog(output, build));
        (exitCode, output, _) = await RunAsync(
            arm,
            "dotnet",
            ["vstest", Checkout.Functional, $"--Settings:{Path.Combine(Checkout.Root, "runsettings", "quick.runsettings")}", $"--TestCaseFilter:{Filter}",
             $"--logger:trx;LogFileName={Path.Combine(folder, "run.trx")}", "--", $"NUnit.WorkDirectory={folder}"]);
        Assert.That(exitCode, Is.Zero, output);

        XElement[] cases = Cases(build);
        var expected = RunResults.Read(folder);
        Assert.Multiple(() =>
        {
            Assert.That(expected.Passed, Has.Count.EqualTo(1));
            Assert.That(expected.Skipped, Is.Not.Empty);
            Assert.That(cases, Has.Length.EqualTo(expected.Tests.Count), () => WithLog(output, build));
            Assert.That(cases.Count(c => c.Element("skipped") is not null), Is.EqualTo(expected.Skipped.Count), () => WithLog(output, build));
            Assert.That(cases.Count(c => c.Element("failure") is not null), Is.Zero, () => WithLog(output, build));
        });
    }

    [Test]
    [TestTimeout(300)]
    [SkipIfMissingCommands("meson")]
    public async Task Meson_fails_if_a_test_fails_and_its_log_has_the_message()
    {
        string folder = Installed.NewFolder();
        string build = Path.Combine(folder, "build");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "meson.build"),
            $"""
            project('samples')
            test('samples', find_program('dotnet'), protocol: 'tap',
              args: ['{typeof(TapRun).Assembly.Location}', 'tap', '{Checkout.Samples}', '--filter', 'FullyQualifiedName~NoisySample&FullyQualifiedName!~Ends',
                     '--output', '{folder}/out'])
            """);

        await RunAsync("", "meson", ["setup", build, folder]);
        (int exitCode, string output, _) = await RunAsync("", "meson", ["test", "-C", build]);

        XElement[] cases = Cases(build);
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.Not.Zero, () => WithLog(output, build));
            Assert.That(cases, Has.Length.EqualTo(3), () => WithLog(output, build));
            Assert.That(cases.Count(c => c.Element("skipped") is not null), Is.EqualTo(1), () => WithLog(output, build));
            Assert.That(cases.Count(c => c.Element("failure") is not null), Is.EqualTo(1), () => WithLog(output, build));
            Assert.That(WithLog(output, build), Does.Match(@"(?m)^not ok \d+ - .*\.Prints_and_fails").And.Contain("the reason"));
        });
    }

    private static XElement[] Cases(string build) =>
        [.. XDocument.Load(Path.Combine(build, "meson-logs", "testlog.junit.xml")).Descendants("testcase")];

    // meson prints counts only. Its log has the stream and standard error.
    private static string WithLog(string output, string build)
    {
        string log = Path.Combine(build, "meson-logs", "testlog.txt");
        string[] lines = File.Exists(log) ? File.ReadAllLines(log) : [$"there is no {log}"];
        return string.Join('\n', [output, .. lines.Where(IsFailure), $"--- {log}", .. lines]);
    }

    private static bool IsFailure(string line) =>
        line.StartsWith("not ok ", StringComparison.Ordinal) || line.StartsWith("Bail out!", StringComparison.Ordinal);

    private static string WithoutNumber(string line) => string.Join(' ', line.Split(' ').Where(word => !int.TryParse(word, out _)));

    private static Task<(int ExitCode, string Output, string Errors)> TapAsync(string filter) => RunAsync(
        "",
        "dotnet",
        [typeof(TapRun).Assembly.Location, "tap", Checkout.Samples, "--filter", $"FullyQualifiedName~{filter}", "--output", Installed.NewFolder()]);

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string binary, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["QEMU_TEST_QEMU_BINARY"] = binary;
        using Process run = Process.Start(start)!;
        Task<string> errors = run.StandardError.ReadToEndAsync(Installed.Token);
        string output = await run.StandardOutput.ReadToEndAsync(Installed.Token);
        await run.WaitForExitAsync(Installed.Token);
        return (run.ExitCode, output, await errors);
    }
}
