using QemuTest.NUnit;
using QemuTest.Vfio;

namespace QemuTest.Tests.Vfio;

[Quick]
public sealed class VfioOptionsTests
{
    private const long GiB = 1 << 30;

    [TestCase(0)]
    [TestCase(4 * GiB + 1)]
    public void A_state_of_a_size_that_the_device_refuses_is_refused(long size) =>
        Assert.That(() => new SyntheticDeviceOptions { Size = size }, Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("1 byte to 4 GiB"));

    [Test]
    public void Negative_times_and_rates_are_refused()
    {
        TimeSpan negative = TimeSpan.FromTicks(-1);

        Assert.Multiple(() =>
        {
            Assert.That(() => new SyntheticDeviceOptions { StopLatency = negative }, Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => new SyntheticDeviceOptions { SaveLatency = negative }, Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => new SyntheticDeviceOptions { LoadLatency = negative }, Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => new SyntheticDeviceOptions { InitialBytes = -1 }, Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => new SyntheticDeviceOptions { Bandwidth = 0 }, Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => DeviceFault.FlipsByteAt(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        });
    }

    [TestCase(0)]
    [TestCase(32)]
    public void A_slot_that_a_device_cannot_have_is_refused(int slot) =>
        Assert.That(() => new VfioMachineOptions { FirstSlot = slot }, Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("slot 0 has the host bridge"));

    [Test]
    public void A_machine_without_a_type_properties_or_arguments_is_refused() => Assert.Multiple(() =>
    {
        Assert.That(() => new VfioMachineOptions { Machine = " " }, Throws.ArgumentException.With.Message.Contains("q35"));
        Assert.That(() => new VfioMachineOptions { Transfer = (OnOffAuto)3 }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new VfioMachineOptions { DeviceProperties = null! }, Throws.ArgumentNullException);
        Assert.That(() => new VfioMachineOptions { Arguments = null! }, Throws.ArgumentNullException);
    });

    [Test]
    public void The_limits_themselves_are_accepted() => Assert.That(
        () =>
        {
            _ = new SyntheticDeviceOptions { Size = 1, Bandwidth = 1 } with { Size = 4 * GiB, Bandwidth = null };
            _ = new VfioMachineOptions { FirstSlot = 31, Transfer = null } with { FirstSlot = 1 };
        },
        Throws.Nothing);

    [Test]
    public void A_guest_that_migrates_on_changes_QEMU_each_time()
    {
        var options = new VfioMachineOptions();
        VfioMachineOptions first = options.AsDestinationOf(options);
        VfioMachineOptions second = options.AsDestinationOf(first);

        Assert.That(new[] { options, first, second }.Select(o => o.OnDestinationQemu), Is.EqualTo(new[] { false, true, false }));
    }

    [Test]
    public void Overlapping_intervals_of_devices_are_counted()
    {
        Assert.That(SyntheticDevices.MostAtOnce([History(0, 2), History(1, 3), History(3, 4)], "saving", "saved"), Is.EqualTo(2));

        static IReadOnlyList<SyntheticDeviceEvent> History(int begin, int end) =>
            [new(DateTimeOffset.UnixEpoch.AddSeconds(begin), "saving"), new(DateTimeOffset.UnixEpoch.AddSeconds(end), "saved")];
    }
}
