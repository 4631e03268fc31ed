using System.Diagnostics;
using System.Globalization;
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
    [TestCase("auto", Timeouts.LargestMeasured, Description = "until it is measured")]
    public void The_factor_is_the_value_of_the_variable(string? value, double factor) => Assert.That(Timeouts.Factor(value), Is.EqualTo(factor));

    [TestCase("fast")]
    [TestCase("0")]
    [TestCase("-1")]
    [TestCase("1e9")]
    [TestCase("NaN")]
    public void The_error_for_an_invalid_value_names_the_variable_and_the_value(string value) => Assert.That(
        () => Timeouts.Factor(value),
        Throws.TypeOf<EnvironmentVariableException>().With.Message.Contains($"QEMU_TEST_TIMEOUT_MULTIPLIER is '{value}'").And.Message.Contains("give 'auto', or a number").And.Message.Contains("for example 3"));

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
        using var factor = new TemporaryVariable(Timeouts.Variable, "5");
        long began = Stopwatch.GetTimestamp();

        Assert.That(
            () => machine.WaitForExitAsync(TimeSpan.FromMilliseconds(200)),
            Throws.TypeOf<QemuAbnormalExitException>().With.Message.Contains("within 1 s"));
        Assert.That(Stopwatch.GetElapsedTime(began), Is.GreaterThan(TimeSpan.FromSeconds(0.99)));
    }

    [Test]
    public async Task A_test_over_its_timeout_fails()
    {
        Assert.That(Installed.Qemu, Does.Exist);

        ITestResult result = await NestedRun.RunAsync(typeof(LateSample));

        Assert.Multiple(() =>
        {
            Assert.That(result.ResultState.Status, Is.EqualTo(TestStatus.Failed));
            Assert.That(result.Message, Does.Not.Contain("did not appear within"), "the test's timeout ended the wait, not its own");
            Assert.That(result.Duration, Is.GreaterThan(0.9));
        });
    }

    [Test]
    public void An_invalid_factor_fails_the_set_up_of_a_test_and_not_its_discovery()
    {
        using var invalid = new TemporaryVariable(Timeouts.Variable, "fast");

        Assert.That(() => new TestTimeoutAttribute(5), Throws.Nothing);
        Assert.That(() => MeasuredTimeouts.Report(_ => { }), Throws.TypeOf<EnvironmentVariableException>());
    }

    [Test]
    public async Task The_record_of_a_test_has_the_factor()
    {
        using var factor = new TemporaryVariable(Timeouts.Variable, "2.5");

        ITestResult result = await NestedRun.RunAsync(typeof(SetVmArgSample));

        Assert.That(result.ResultState.Status, Is.EqualTo(TestStatus.Passed), result.Message);
        Assert.That(
            Directory.GetFiles(Path.Combine(TestContext.CurrentContext.WorkDirectory, "qemu-test"), "record.json", SearchOption.AllDirectories)
                .Select(TestRecord.Read).Where(record => record.Test == result.FullName).Select(record => record.TimeoutMultiplier),
            Is.EqualTo(new[] { 2.5 }));
    }

    [TestCase("auto", false)]
    [TestCase("auto", true)]
    [TestCase(null, true)]
    public async Task A_number_takes_the_place_of_auto(string? value, bool byDefault)
    {
        using var variable = new TemporaryVariable(Timeouts.Variable, value);

        await TimeoutMeasurement.ApplyAsync(Installed.Qemu, byDefault, Installed.Token);

        string? number = Environment.GetEnvironmentVariable(Timeouts.Variable);
        Assert.That(double.Parse(number!, CultureInfo.InvariantCulture), Is.InRange(1, Timeouts.LargestMeasured));
        Assert.That(TimeoutMeasurement.Result?.Factor, Is.EqualTo(Timeouts.Current));
    }

    [TestCase("3", true)]
    [TestCase("fast", true)]
    public async Task Other_values_are_not_replaced(string value, bool byDefault)
    {
        using var variable = new TemporaryVariable(Timeouts.Variable, value);

        await TimeoutMeasurement.ApplyAsync(Installed.Qemu, byDefault, Installed.Token);

        Assert.That(Environment.GetEnvironmentVariable(Timeouts.Variable), Is.EqualTo(value));
    }

    [Test]
    public void Every_test_of_QEMU_has_a_timeout() =>
        Assert.That(typeof(QemuSystemTest).GetCustomAttribute<TestTimeoutAttribute>(inherit: true)?.Seconds, Is.EqualTo(90));
}
