using System.Diagnostics;
using System.Reflection;
using NUnit.Framework.Interfaces;
using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Tests.Fixtures;
using QemuTest.Tests.Host.Samples;

namespace QemuTest.Tests;

/// <summary>The factor for all timeouts, and the timeout of a whole test.</summary>
[Quick]
[NonParallelizable]
public sealed class TimeoutsTests
{
    [TestCase(null, 1)]
    [TestCase("", 1)]
    [TestCase("3", 3)]
    [TestCase("0.5", 0.5)]
    public void The_factor_is_the_value_of_the_variable(string? value, double factor) => Assert.That(Timeouts.Factor(value), Is.EqualTo(factor));

    [TestCase("fast")]
    [TestCase("0")]
    [TestCase("-1")]
    [TestCase("1e9")]
    [TestCase("NaN")]
    public void The_error_for_an_invalid_value_names_the_variable_and_the_value(string value) => Assert.That(
        () => Timeouts.Factor(value),
        Throws.TypeOf<EnvironmentVariableException>().With.Message.Contains($"QEMU_TEST_TIMEOUT_MULTIPLIER is '{value}'").And.Message.Contains("for example 3"));

    [Test]
    public void A_long_timeout_and_a_large_factor_are_still_valid_for_a_timer()
    {
        using var timer = new CancellationTokenSource();

        Assert.That(() => timer.CancelAfter(Timeouts.Scale(TimeSpan.FromDays(1), 1000)), Throws.Nothing);
        Assert.That(Timeouts.Scale(TimeSpan.FromDays(1), 40), Is.EqualTo(TimeSpan.FromDays(40)));
    }

    [Test]
    public async Task A_wait_is_multiplied_by_the_factor()
    {
        await using var machine = new QemuMachine(Installed.Qemu, new QemuMachineOptions { LogDirectory = Installed.NewFolder() });
        machine.SetMachine("none");
        await machine.LaunchAsync(Installed.Token);
        try
        {
            Environment.SetEnvironmentVariable(Timeouts.Variable, "5");
            long began = Stopwatch.GetTimestamp();

            Assert.That(
                () => machine.WaitForExitAsync(TimeSpan.FromMilliseconds(200)),
                Throws.TypeOf<QemuAbnormalExitException>().With.Message.Contains("within 1 s"));
            Assert.That(Stopwatch.GetElapsedTime(began), Is.GreaterThan(TimeSpan.FromSeconds(0.99)));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Timeouts.Variable, null);
        }
    }

    [Test]
    public async Task A_test_over_its_timeout_fails_immediately()
    {
        Assert.That(Installed.Qemu, Does.Exist);

        ITestResult result = await NestedRun.RunAsync(typeof(LateSample));

        Assert.Multiple(() =>
        {
            Assert.That(result.ResultState.Status, Is.EqualTo(TestStatus.Failed));
            Assert.That(result.Duration, Is.InRange(0.9, 20));
        });
    }

    [Test]
    public void Every_test_of_QEMU_has_a_timeout() =>
        Assert.That(typeof(QemuSystemTest).GetCustomAttribute<TestTimeoutAttribute>(inherit: true)?.Seconds, Is.EqualTo(90));
}
