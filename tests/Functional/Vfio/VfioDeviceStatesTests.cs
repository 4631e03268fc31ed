using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>The states that QEMU puts a device into, in order, by the device's own history.</summary>
public sealed class VfioDeviceStatesTests : SyntheticDeviceTest
{
    private const int Devices = 4;
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(400);

    // The kernel passes through intermediate states; QEMU requests only the last state of each group.
    [TestCase(true, true,
        "RUNNING_P2P RUNNING, PRE_COPY, PRE_COPY_P2P, STOP_COPY saving saved, STOP",
        "RUNNING_P2P STOP RESUMING loading loaded, accepted STOP RUNNING_P2P, RUNNING")]
    [TestCase(true, false,
        "RUNNING_P2P RUNNING, RUNNING_P2P, STOP STOP_COPY saving saved, STOP",
        "RUNNING_P2P STOP RESUMING loading loaded, accepted STOP RUNNING_P2P, RUNNING")]
    [TestCase(false, true,
        "PRE_COPY, STOP_COPY saving saved, STOP",
        "STOP RESUMING loading loaded, accepted STOP RUNNING")]
    [TestCase(false, false,
        "STOP STOP_COPY saving saved, STOP",
        "STOP RESUMING loading loaded, accepted STOP RUNNING")]
    public async Task A_running_device_passes_through_its_states_in_order(bool peerToPeer, bool preCopy, string source, string destination)
    {
        foreach (OnOffAuto transfer in new[] { OnOffAuto.On, OnOffAuto.Off })
        {
            VfioMigrationPair<LabMachine> pair = await StartPairAsync(1, transfer, new() { Size = 2 * MiB, PeerToPeer = peerToPeer, PreCopy = preCopy });
            await AssertMigratesAsync(pair, transfer);
            await DeviceOf(pair.Source).WaitForAsync("STOP", Token);

            Assert.Multiple(async () =>
            {
                Assert.That(await SequenceAsync(pair.Source), Is.EqualTo(source.Replace(",", "")), $"source, transfer {transfer}");
                Assert.That(await SequenceAsync(pair.Destination), Is.EqualTo(destination.Replace(",", "")), $"destination, transfer {transfer}");
            });
        }
    }

    [Test]
    public async Task Initial_data_is_sent_while_the_device_runs([Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer)
    {
        VfioMigrationPair<LabMachine> pair = await StartPairAsync(2, transfer, new() { Size = 2 * MiB, InitialBytes = 8 * MiB });

        VfioMigrationOutcome outcome = await AssertMigratesAsync(pair, transfer);

        Assert.That(outcome.Source.VfioBytes, Is.GreaterThanOrEqualTo(2 * (8 + 2) * MiB), "bytes sent for devices, as QEMU reports them");
    }

    [Test]
    public async Task Devices_save_in_parallel_over_multifd_and_one_by_one_over_the_main_channel()
    {
        int[] together = [await AtOnceAsync(OnOffAuto.Off), await AtOnceAsync(OnOffAuto.On)];

        Assert.That(together, Is.EqualTo(new[] { 1, Devices }), "most devices saving at the same time: off, on");

        async Task<int> AtOnceAsync(OnOffAuto transfer)
        {
            VfioMigrationPair<LabMachine> pair = await StartPairAsync(Devices, transfer, new() { Size = MiB, SaveLatency = Latency });
            await AssertMigratesAsync(pair, transfer);
            return SyntheticDevices.MostAtOnce(await HistoriesAsync(pair.Source), "saving", "saved");
        }
    }

    [Test]
    public async Task Devices_load_in_parallel_over_multifd_and_one_by_one_over_the_main_channel()
    {
        int[] together = [await AtOnceAsync(OnOffAuto.Off), await AtOnceAsync(OnOffAuto.On)];

        Assert.That(together, Is.EqualTo(new[] { 1, Devices }), "most devices loading at the same time: off, on");

        async Task<int> AtOnceAsync(OnOffAuto transfer)
        {
            VfioMigrationPair<LabMachine> pair = await StartPairAsync(Devices, transfer, new() { Size = MiB, LoadLatency = Latency });
            await AssertMigratesAsync(pair, transfer);
            return SyntheticDevices.MostAtOnce(await HistoriesAsync(pair.Destination), "loading", "loaded");
        }
    }

    [Test]
    public void QEMU_does_not_start_with_several_devices_without_peer_to_peer() =>
        Assert.That(
            () => StartPairAsync(2, OnOffAuto.On, new() { PeerToPeer = false }),
            Throws.TypeOf<VfioLabException>()
                .With.Message.Contains("Multiple VFIO devices migration is supported only if all of them support P2P migration"));

    private static SyntheticDevice DeviceOf(LabMachine machine) => (SyntheticDevice)machine.Devices[0];

    // QEMU resets each device when it starts.
    private static async Task<string> SequenceAsync(LabMachine machine) =>
        string.Join(' ', (await DeviceOf(machine).ReadHistoryAsync(Token)).Select(e => e.What).SkipWhile(what => what == "reset"));
}
