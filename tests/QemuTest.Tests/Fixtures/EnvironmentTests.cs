using System.Diagnostics;
using QemuTest.NUnit;

namespace QemuTest.Tests.Fixtures;

/// <summary>What the environment selects, seen in runs of their own: a process's environment is the whole process's.</summary>
[Thorough]
public sealed class EnvironmentTests
{
    [Test]
    [CancelAfter(120_000)]
    public async Task A_binary_that_is_not_QEMU_fails_the_generic_tests_with_one_clear_error()
    {
        string output = await RunFunctionalAsync("/bin/true", "FullyQualifiedName~Generic.VersionTests");

        Assert.That(output, Does.Contain("'/bin/true' is not QEMU").And.Contain("Name a qemu-system-* binary"));
        Assert.That(output, Does.Match(@"Total tests: 1\s+Failed: 1\s"));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_binary_for_another_target_skips_what_is_not_for_it_and_runs_generic_tests_once()
    {
        if (!SystemTargets.Installed().TryGetValue("arm", out string? arm))
        {
            Assert.Ignore("qemu-system-arm is not installed (eng/setup.sh installs it)");
            return;
        }

        string output = await RunFunctionalAsync(arm, "FullyQualifiedName~Generic.VersionTests|FullyQualifiedName~VfioMultifdTests");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(output, Does.Match(@"Total tests: 3\s+Passed: 1\s+Skipped: 2\s"));
            Assert.That(output, Does.Contain($"QEMU_TEST_QEMU_BINARY is {arm}: left out 2 tests that are for qemu-system-x86_64 (2)"));
            Assert.That(output, Does.Contain($"for qemu-system-x86_64; QEMU_TEST_QEMU_BINARY is {arm}"));
        }
    }

    private static async Task<string> RunFunctionalAsync(string binary, string filter)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            ["vstest", Checkout.Functional, $"--TestCaseFilter:{filter}", "--logger:console;verbosity=normal", "--", $"NUnit.WorkDirectory={Installed.NewFolder()}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["QEMU_TEST_QEMU_BINARY"] = binary;
        using Process run = Process.Start(start)!;
        Task<string> errors = run.StandardError.ReadToEndAsync(Installed.Token);
        string output = await run.StandardOutput.ReadToEndAsync(Installed.Token);
        return output + await errors;
    }
}
