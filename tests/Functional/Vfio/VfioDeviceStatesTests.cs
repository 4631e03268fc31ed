using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>What QEMU makes a device do and in which order, as the device itself sees it.</summary>
public sealed class VfioDeviceStatesTests : SyntheticDeviceTest
{
    private const int Devices = 4;
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(400);

    // The kernel takes a device through the states between; QEMU names only the last of each group.
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
    public async Task A_running_device_goes_through_its_states_in_order(bool peerToPeer, bool preCopy, string source, string destination)
    {
        foreach (OnOffAuto transfer in new[] { OnOffAuto.On, OnOffAuto.Off })
        {
            VfioMigrationPair pair = await StartPairAsync(1, transfer, new() { Size = 2 * MiB, PeerToPeer = peerToPeer, PreCopy = preCopy });
            await MigrateWholeAsync(pair, transfer);
            await DeviceOf(pair.Source).WaitForAsync("STOP", Token);

            Assert.Multiple(async () =>
            {
                Assert.That(await SequenceAsync(pair.Source), Is.EqualTo(source.Replace(",", "")), $"source, transfer {transfer}");
                Assert.That(await SequenceAsync(pair.Destination), Is.EqualTo(destination.Replace(",", "")), $"destination, transfer {transfer}");
            });
        }
    }

    [Test]
    [RerunAfterKnownCrash]
    public async Task Initial_data_is_sent_while_the_device_still_runs([Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer)
    {
        VfioMigrationPair pair = await StartPairAsync(2, transfer, new() { Size = 2 * MiB, InitialBytes = 8 * MiB });

        VfioMigrationOutcome outcome = await MigrateWholeAsync(pair, transfer);

        Assert.That(outcome.Migration.Source.VfioBytes, Is.GreaterThanOrEqualTo(2 * (8 + 2) * MiB), "what QEMU reports to have sent for the devices");
    }

    [Test]
    [RerunAfterKnownCrash]
    public async Task Devices_are_read_at_the_same_time_over_multifd_and_one_by_one_over_the_main_channel()
    {
        int[] together = [await AtOnceAsync(OnOffAuto.Off), await AtOnceAsync(OnOffAuto.On)];

        Assert.That(together, Is.EqualTo(new[] { 1, Devices }), "most devices that were being saved at once: off, on");

        async Task<int> AtOnceAsync(OnOffAuto transfer)
        {
            VfioMigrationPair pair = await StartPairAsync(Devices, transfer, new() { Size = MiB, SaveLatency = Latency });
            await MigrateWholeAsync(pair, transfer);
            return MostAtOnce(await HistoriesAsync(pair.Source), "saving", "saved");
        }
    }

    [Test]
    [RerunAfterKnownCrash]
    public async Task Devices_are_written_at_the_same_time_over_multifd_and_one_by_one_over_the_main_channel()
    {
        int[] together = [await AtOnceAsync(OnOffAuto.Off), await AtOnceAsync(OnOffAuto.On)];

        Assert.That(together, Is.EqualTo(new[] { 1, Devices }), "most devices that were being loaded at once: off, on");

        async Task<int> AtOnceAsync(OnOffAuto transfer)
        {
            VfioMigrationPair pair = await StartPairAsync(Devices, transfer, new() { Size = MiB, LoadLatency = Latency });
            await MigrateWholeAsync(pair, transfer);
            return MostAtOnce(await HistoriesAsync(pair.Destination), "loading", "loaded");
        }
    }

    [Test]
    public void Several_devices_without_peer_to_peer_are_refused_at_the_start() =>
        Assert.That(
            () => StartPairAsync(2, OnOffAuto.On, new() { PeerToPeer = false }),
            Throws.TypeOf<VfioLabException>()
                .With.Message.Contains("Multiple VFIO devices migration is supported only if all of them support P2P migration"));

    private static SyntheticDevice DeviceOf(LabMachine machine) => (SyntheticDevice)machine.Devices[0];

    // QEMU resets each device at its own start.
    private static async Task<string> SequenceAsync(LabMachine machine) =>
        string.Join(' ', (await DeviceOf(machine).ReadHistoryAsync(Token)).Select(e => e.What).SkipWhile(what => what == "reset"));

    private static int MostAtOnce(IReadOnlyList<SyntheticDeviceEvent>[] histories, string begin, string end)
    {
        var intervals = histories.Select(history => (Begin: history.Last(e => e.What == begin).Time, End: history.Last(e => e.What == end).Time)).ToArray();
        return intervals.Max(one => intervals.Count(other => other.Begin <= one.Begin && one.Begin < other.End));
    }
}
