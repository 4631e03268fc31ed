using QemuTest.Machines;
using QemuTest.NUnit;

namespace QemuTest.Tests.Machines;

/// <summary>The measurement for <c>QEMU_TEST_TIMEOUT_MULTIPLIER=auto</c>.</summary>
[Quick]
public sealed class TimeoutMeasurementTests
{
    [TestCase(1, 1)]
    [TestCase(100, 1)]
    [TestCase(101, 1.1)]
    [TestCase(250, 2.5)]
    [TestCase(100_000, Timeouts.LargestMeasured)]
    public void The_factor_grows_with_the_time_of_a_start(int milliseconds, double factor) =>
        Assert.That(TimeoutMeasurement.Of(TimeSpan.FromMilliseconds(milliseconds)).Factor, Is.EqualTo(factor));

    [Test]
    public async Task A_QEMU_that_starts_slowly_gives_a_factor()
    {
        string slow = Installed.FakeQemu(Installed.NewFolder(), $"sleep 0.3; exec {Installed.Qemu} \"$@\"");

        TimeoutMeasurement measured = await TimeoutMeasurement.MeasureAsync(slow);

        Assert.That(measured.Factor, Is.InRange(3, Timeouts.LargestMeasured), measured.Description);
    }

    [Test]
    public async Task A_QEMU_that_never_answers_gives_the_largest_factor()
    {
        string hung = Installed.FakeQemu(Installed.NewFolder(), "exec sleep 600");

        TimeoutMeasurement measured = await TimeoutMeasurement.MeasureAsync(hung);

        Assert.That(measured, Is.EqualTo(new TimeoutMeasurement(Timeouts.LargestMeasured, "QEMU did not start 3 times in 3 s")));
    }

    [Test]
    public async Task Without_a_usable_QEMU_nothing_is_multiplied()
    {
        string broken = Installed.FakeQemu(Installed.NewFolder(), "echo broken >&2; exit 1");

        TimeoutMeasurement withBroken = await TimeoutMeasurement.MeasureAsync(broken);
        TimeoutMeasurement without = await TimeoutMeasurement.MeasureAsync(null);

        Assert.Multiple(() =>
        {
            Assert.That(withBroken.Factor, Is.EqualTo(1));
            Assert.That(withBroken.Description, Does.StartWith("not measured: ").And.Contain("broken"));
            Assert.That(without, Is.EqualTo(new TimeoutMeasurement(1, "not measured: there is no system emulator")));
        });
    }
}
