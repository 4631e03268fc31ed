using QemuTest.NUnit;

namespace QemuTest.Tests.Fixtures;

/// <summary>The effect of the environment, in runs of their own: environment variables belong to the whole process.</summary>
[Thorough]
public sealed class EnvironmentTests
{
    [Test]
    [TestTimeout(120)]
    public async Task A_binary_that_is_not_QEMU_fails_the_generic_tests_with_one_clear_error()
    {
        string output = await TestRun.RunAsync(Checkout.Functional, "FullyQualifiedName~Generic.VersionTests", "/bin/true");

        Assert.That(output, Does.Contain("'/bin/true' is not QEMU").And.Contain("Name a qemu-system-* binary"));
        Assert.That(output, Does.Match(@"Total tests: 1\s+Failed: 1\s"));
    }

    [Test]
    [TestTimeout(120)]
    public async Task A_binary_for_another_target_skips_tests_for_other_targets_and_runs_generic_tests_once()
    {
        if (!SystemTargets.Installed().TryGetValue("arm", out string? arm))
        {
            Assert.Ignore("qemu-system-arm is not installed (Debian: qemu-system-arm)");
            return;
        }

        string output = await TestRun.RunAsync(Checkout.Functional, "FullyQualifiedName~Generic.VersionTests|FullyQualifiedName~VfioMultifdTests", arm);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(output, Does.Match(@"Total tests: 3\s+Passed: 1\s+Skipped: 2\s"));
            Assert.That(output, Does.Contain($"QEMU_TEST_QEMU_BINARY is {arm}: skipped 2 tests for qemu-system-x86_64 (2)"));
            Assert.That(output, Does.Contain($"for qemu-system-x86_64; QEMU_TEST_QEMU_BINARY is {arm}"));
        }
    }
}
