using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>Various numbers of devices and channels: one thread per device, and all channels open, on both sides.</summary>
[Thorough]
[Target("x86_64")]
[TestTimeout(180)]
public sealed class VfioScaleTests : VfioScenarioTest
{
    // An mtty device sends a header of its pre-copy data, then its state and its configuration in one packet each.
    private const int BytesPerDevice = 24 + (12 + 36) + (12 + 4132);

    [Test]
    public async Task Each_device_has_its_threads_and_all_channels_are_open(
        [Values(1, 2, 4, 8)] int devices, [Values(1, 4, 16)] int channels)
    {
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(devices, new VfioMachineOptions(), cancellationToken: Token);

        VfioMigrationOutcome outcome = await AssertMigratesAsync(
            pair, new() { MultifdChannels = channels }, DeviceStatePath.Multifd);

        Assert.Multiple(() =>
        {
            Assert.That(outcome.Source.Count("multifd_new_send_channel_async"), Is.EqualTo(channels), "channels opened by the source");
            Assert.That(outcome.Destination.Count("multifd_recv_new_channel"), Is.EqualTo(channels), "channels accepted by the destination");
            Assert.That(outcome.Source.Count("vfio_save_complete_precopy_thread_end"), Is.EqualTo(devices), "saving threads");
            Assert.That(outcome.Destination.Count("vfio_load_bufs_thread_end"), Is.EqualTo(devices), "loading threads");
            Assert.That(
                outcome.Destination.Count("vfio_load_state_device_buffer_incoming"), Is.EqualTo(2 * devices), "packets: state and configuration");
            Assert.That(
                outcome.DeviceState.Select(device => device.Channels.Sum(channel => channel.Buffers)), Has.Exactly(devices).EqualTo(2), "buffers of each device");
            Assert.That(outcome.Source.VfioBytes, Is.EqualTo(devices * BytesPerDevice), "bytes sent for devices");
        });
    }
}
