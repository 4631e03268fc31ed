using NUnit.Framework.Interfaces;
using QemuTest.NUnit;
using QemuTest.Tests.Host.Samples;

namespace QemuTest.Tests.Fixtures;

[Quick]
[NonParallelizable]
public sealed class SkipAttributeTests
{
    private const string Root = "0 0 4294967295\n";
    private const string AllCapabilities = "Name:\ttest\nCapEff:\t000001ffffffffff\n";
    private const string NoCapabilities = "Name:\ttest\nCapEff:\t0000000000000000\n";

    [Test]
    public async Task A_test_that_cannot_run_is_ignored_for_every_reason_there_is()
    {
        Assert.That(Installed.Qemu, Does.Exist);

        ITestResult result = await NestedRun.RunAsync(typeof(SkippedSample));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.ResultState.Status, Is.EqualTo(TestStatus.Skipped));
            Assert.That(result.ResultState.Label, Is.EqualTo("Ignored"));
        }
        Assert.That(result.Message, Does.Contain("no-such-command").Or.Contain("NO_SUCH_VARIABLE"));
    }

    [TestCase("QEMU_TEST_FLAKY_TESTS")]
    [TestCase("QEMU_TEST_ALLOW_UNTRUSTED_CODE")]
    [TestCase("QEMU_TEST_ALLOW_LARGE_STORAGE")]
    [TestCase("QEMU_TEST_ALLOW_SLOW")]
    public void A_variable_that_is_not_empty_lets_the_test_run(string variable)
    {
        SkipAttribute attribute = variable switch
        {
            "QEMU_TEST_FLAKY_TESTS" => new SkipFlakyTestAttribute("it sometimes fails"),
            "QEMU_TEST_ALLOW_UNTRUSTED_CODE" => new SkipUntrustedTestAttribute(),
            "QEMU_TEST_ALLOW_LARGE_STORAGE" => new SkipBigDataTestAttribute(),
            _ => new SkipSlowTestAttribute(),
        };
        string? before = Environment.GetEnvironmentVariable(variable);
        try
        {
            Environment.SetEnvironmentVariable(variable, "");
            string? empty = attribute.Reason();
            Environment.SetEnvironmentVariable(variable, "0");
            string? zero = attribute.Reason();

            using (Assert.EnterMultipleScope())
            {
                Assert.That(empty, Does.Contain($"set {variable} to run it"));
                Assert.That(zero, Is.Null);
            }
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, before);
        }
    }

    [Test]
    public void Missing_variables_are_named_and_empty_ones_are_not_missing()
    {
        const string Present = "QEMU_TEST_TESTS_PRESENT";
        Environment.SetEnvironmentVariable(Present, " ");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(new SkipIfMissingEnvAttribute(Present).Reason(), Is.Null);
            Assert.That(new SkipIfMissingEnvAttribute(Present, "NO_SUCH_A", "NO_SUCH_B").Reason(), Is.EqualTo("Missing env var(s): NO_SUCH_A, NO_SUCH_B"));
        }
    }

    [Test]
    public void Missing_programs_are_named() => Assert.Multiple(() =>
    {
        Assert.That(new SkipIfMissingCommandsAttribute("sh").Reason(), Is.Null);
        Assert.That(new SkipIfMissingCommandsAttribute("sh", "no-such-command").Reason(), Is.EqualTo("required command(s) \"no-such-command\" not in PATH"));
    });

    [Test]
    public void The_operating_system_and_the_host_count_by_name() => Assert.Multiple(() =>
    {
        Assert.That(new SkipIfOperatingSystemAttribute("Windows", "Linux").Reason(), Does.StartWith("running on an OS (Linux)"));
        Assert.That(new SkipIfOperatingSystemAttribute("Darwin").Reason(), Is.Null);
        Assert.That(new SkipIfNotMachineAttribute("x86_64", "aarch64", "armv7l", "i686", "s390x", "ppc64le", "riscv64", "loongarch64").Reason(), Is.Null);
        Assert.That(new SkipIfNotMachineAttribute("vax").Reason(), Does.StartWith("not running on one of the required machine(s) \"vax\""));
    });

    [TestCase("8388608", NoCapabilities, Root, "the hard limit (ulimit -H -l) is 8388608 bytes")]
    [TestCase("unlimited", NoCapabilities, Root, null)]
    [TestCase("1073741824", NoCapabilities, Root, null)]
    [TestCase("8388608", AllCapabilities, Root, null)]
    [TestCase("8388608", AllCapabilities, "0 100000 65536\n", "the hard limit (ulimit -H -l) is 8388608 bytes")]
    public void Locked_memory_is_limited_for_who_may_not_lock_what_he_likes(string hard, string status, string userMap, string? reason)
    {
        string limits = $"Limit                     Soft Limit           Hard Limit           Units\nMax locked memory         65536                {hard}              bytes\n";

        Assert.That(
            SkipLockedMemoryTestAttribute.WhyNot(1024 * 1024, limits, status, userMap),
            reason is null ? Is.Null : Does.Contain(reason).And.Contain("1048576 kB"));
    }
}
