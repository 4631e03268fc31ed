using QemuTest.Machines;
using QemuTest.NUnit;

namespace QemuTest.Tests.Machines;

[Quick]
public sealed class QemuMachineOptionsTests
{
    private static readonly QemuMachineOptions Valid = new() { LogDirectory = "logs" };

    [TestCase("")]
    [TestCase("a/b")]
    [TestCase("/")]
    [TestCase("a\0")]
    public void A_name_that_is_no_file_name_is_refused(string name)
    {
        Assert.That(() => Valid with { Name = name }, Throws.ArgumentException.With.Message.Contains("Name").And.Message.Contains("neither '/' nor NUL"));
        Assert.That(() => Valid with { ConsoleLogName = name }, Throws.ArgumentException.With.Message.Contains("ConsoleLogName"));
    }

    [Test]
    public void An_empty_path_is_refused()
    {
        Assert.That(() => Valid with { LogDirectory = "" }, Throws.ArgumentException.With.Message.Contains("LogDirectory"));
        Assert.That(() => Valid with { QmpBackdoor = "" }, Throws.ArgumentException.With.Message.Contains("QmpBackdoor"));
        Assert.That(() => new QemuMachine("", Valid), Throws.ArgumentException);
    }

    [TestCase(0, false)]
    [TestCase(-1, false)]
    [TestCase(1, true)]
    [TestCase(TimeSpan.TicksPerDay, true)]
    [TestCase(TimeSpan.TicksPerDay + 1, false)]
    public void A_launch_timeout_is_longer_than_zero_and_at_most_a_day(long ticks, bool valid) =>
        Assert.That(
            () => Valid with { LaunchTimeout = new TimeSpan(ticks) },
            valid ? Throws.Nothing : Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void One_file_for_both_logs_is_refused() =>
        Assert.That(
            () => new QemuMachine("qemu", Valid with { Name = "console" }),
            Throws.ArgumentException.With.Message.Contains("Set another Name or ConsoleLogName"));
}
