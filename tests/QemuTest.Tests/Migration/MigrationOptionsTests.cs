using QemuTest.Migration;
using QemuTest.NUnit;

namespace QemuTest.Tests.Migration;

[Quick]
public sealed class MigrationOptionsTests
{
    [TestCase(0)]
    [TestCase(256)]
    public void A_number_of_channels_that_QEMU_refuses_is_refused(int channels) => Assert.That(
        () => new MigrationOptions { MultifdChannels = channels },
        Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo(nameof(MigrationOptions.MultifdChannels)));

    [TestCase(-1)]
    [TestCase(2_000_001)]
    public void A_downtime_limit_that_QEMU_refuses_is_refused(int milliseconds) => Assert.That(
        () => new MigrationOptions { DowntimeLimit = TimeSpan.FromMilliseconds(milliseconds) },
        Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo(nameof(MigrationOptions.DowntimeLimit)));

    [Test]
    public void A_text_without_a_scheme_is_not_an_address() => Assert.Multiple(() =>
    {
        Assert.That(() => new MigrationOptions { Uri = "localhost" }, Throws.ArgumentException.With.Message.Contains("'localhost' is no migration address"));
        Assert.That(() => new MigrationOptions { SourceUri = "" }, Throws.ArgumentException);
        Assert.That(() => new MigrationOptions { Uri = null! }, Throws.ArgumentNullException);
    });

    [Test]
    public void The_limits_themselves_are_accepted() => Assert.That(
        () => new MigrationOptions { MultifdChannels = 255, DowntimeLimit = TimeSpan.FromSeconds(2000), SourceUri = "fd:3" }
            with { MultifdChannels = 1, DowntimeLimit = TimeSpan.Zero },
        Throws.Nothing);

    [Test]
    public void Only_given_parameters_are_set() => Assert.Multiple(() =>
    {
        Assert.That(new MigrationOptions().Parameters, Is.Null);
        Assert.That(
            new MigrationOptions { SwitchoverBandwidth = MigrationOptions.PlentyOfBandwidth }.Parameters!.AvailSwitchoverBandwidth,
            Is.EqualTo(107_374_182_400));
    });
}
