using NUnit.Framework.Interfaces;
using QemuTest.NUnit;
using QemuTest.Tests.Host.Samples;

namespace QemuTest.Tests.Fixtures;

/// <summary>Attributes that skip a test.</summary>
[Quick]
[NonParallelizable]
public sealed class SkipAttributeTests
{
    private const string InitialNamespace = "0 0 4294967295\n";
    private const string AllCapabilities = "Name:\ttest\nCapEff:\t000001ffffffffff\n";
    private const string NoCapabilities = "Name:\ttest\nCapEff:\t0000000000000000\n";

    [Test]
    public async Task A_test_is_ignored_with_every_reason_that_applies()
    {
        ITestResult result = await NestedRun.RunAsync(typeof(SkippedSample));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.ResultState, Is.EqualTo(ResultState.Ignored));
            Assert.That(result.Message, Does.Contain("no-such-command"), "a reason of the test");
            Assert.That(result.Message, Does.Contain("NO_SUCH_VARIABLE"), "the other reason of the test");
        }
    }

    [TestCase("QEMU_TEST_FLAKY_TESTS", nameof(GatedSample.Is_flaky))]
    [TestCase("QEMU_TEST_ALLOW_UNTRUSTED_CODE", nameof(GatedSample.Is_untrusted))]
    [TestCase("QEMU_TEST_ALLOW_LARGE_STORAGE", nameof(GatedSample.Needs_storage))]
    [TestCase("QEMU_TEST_ALLOW_SLOW", nameof(GatedSample.Is_slow))]
    public async Task A_nonempty_variable_runs_the_test(string variable, string test)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (string? value in new[] { null, "", "0" })
            {
                using var set = new TemporaryVariable(variable, value);
                ITestResult result = (await NestedRun.RunAllAsync(typeof(GatedSample))).Single(r => r.Name == test);

                bool runs = value == "0";
                Assert.That(result.ResultState, Is.EqualTo(runs ? ResultState.Success : ResultState.Ignored), $"'{value}'");
                Assert.That(result.Message ?? "", runs ? Is.Empty : Does.EndWith($"set {variable} to run it"), $"'{value}'");
            }
        }
    }

    [Test]
    public void Missing_variables_are_named_and_empty_ones_count_as_set()
    {
        const string Present = "QEMU_TEST_TESTS_PRESENT";
        using var variable = new TemporaryVariable(Present, "");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(new SkipIfMissingEnvAttribute(Present).Reason(), Is.Null);
            Assert.That(new SkipIfMissingEnvAttribute(Present, "NO_SUCH_A", "NO_SUCH_B").Reason(), Is.EqualTo("Missing env var(s): NO_SUCH_A, NO_SUCH_B"));
        }
    }

    [Test]
    public void Missing_programs_are_named()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new SkipIfMissingCommandsAttribute("sh").Reason(), Is.Null);
            Assert.That(new SkipIfMissingCommandsAttribute("sh", "no-such-command").Reason(), Is.EqualTo("required command(s) \"no-such-command\" not in PATH"));
        }
    }

    [Test]
    public void The_operating_system_and_architecture_are_matched_by_name()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new SkipIfOperatingSystemAttribute("Windows", "Linux").Reason(), Is.EqualTo("the test does not work on Linux"));
            Assert.That(new SkipIfOperatingSystemAttribute("Darwin").Reason(), Is.Null);
            Assert.That(new SkipUnlessOperatingSystemAttribute("Windows", "Linux").Reason(), Is.Null);
            Assert.That(new SkipUnlessOperatingSystemAttribute("Darwin", "Windows").Reason(), Is.EqualTo("the test works only on Darwin, Windows, not on Linux"));
            Assert.That(new SkipIfNotMachineAttribute("x86_64", "aarch64", "armv7l", "i686", "s390x", "ppc64le", "riscv64", "loongarch64").Reason(), Is.Null);
            Assert.That(new SkipIfNotMachineAttribute("vax", "pdp11").Reason(), Does.EndWith("the test needs vax or pdp11"));
        }
    }

    [TestCase("[ \"$*\" = '-n true' ]", null)]
    [TestCase("echo 'a password is required' >&2; exit 1", "-n true' fails: a password is required. Allow this user to run commands without a password")]
    public void Sudo_must_run_a_command_without_a_password(string body, string? reason)
    {
        string sudo = Installed.Script(Installed.NewFolder(), "sudo", body);

        Assert.That(SkipWithoutSudoAttribute.WhyNot(sudo), reason is null ? Is.Null : Does.EndWith(reason));
        Assert.That(SkipWithoutSudoAttribute.WhyNot("no-such-sudo"), Is.EqualTo("no-such-sudo is not in PATH"));
    }

    [TestCase("8388608", NoCapabilities, InitialNamespace, "the hard limit (ulimit -H -l) is 8388608 bytes")]
    [TestCase("unlimited", NoCapabilities, InitialNamespace, null)]
    [TestCase("1073741824", NoCapabilities, InitialNamespace, null)]
    [TestCase("8388608", AllCapabilities, InitialNamespace, null)]
    [TestCase("8388608", AllCapabilities, "0 100000 65536\n", "the hard limit (ulimit -H -l) is 8388608 bytes")]
    public void Without_CAP_IPC_LOCK_the_hard_limit_applies(string hard, string status, string userMap, string? reason)
    {
        string limits = $"Limit                     Soft Limit           Hard Limit           Units\nMax locked memory         65536                {hard}              bytes\n";

        Assert.That(
            SkipLockedMemoryTestAttribute.WhyNot(1024 * 1024, limits, status, userMap),
            reason is null ? Is.Null : Does.Contain(reason).And.Contain("1048576 KiB"));
    }
}
