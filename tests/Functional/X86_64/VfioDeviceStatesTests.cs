using QemuTest.Vfio;

namespace QemuTest.Functional.X86_64;

/// <summary>What QEMU makes a device do, in which order, as the device itself sees it: devices with and without the states of
/// peer-to-peer and pre-copy.</summary>
public sealed class VfioDeviceStatesTests : SampleDeviceTest
{
    private const int Devices = 4;
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(400);

    [TestCase(true, true, OnOffAuto.On)]
    [TestCase(true, true, OnOffAuto.Off)]
    [TestCase(true, false, OnOffAuto.On)]
    [TestCase(true, false, OnOffAuto.Off)]
    [TestCase(false, true, OnOffAuto.On)]
    [TestCase(false, true, OnOffAuto.Off)]
    [TestCase(false, false, OnOffAuto.On)]
    [TestCase(false, false, OnOffAuto.Off)]
    public async Task A_running_device_goes_through_its_states_in_order(bool peerToPeer, bool preCopy, OnOffAuto transfer)
    {
        VfioMigrationPair pair = await StartPairAsync(1, transfer, new() { Size = 2 * MiB, PeerToPeer = peerToPeer, PreCopy = preCopy });

        await MigrateWholeAsync(pair, transfer);

        TestContext.Out.WriteLine(string.Join(' ', (await HistoriesAsync(pair.Source))[0].Select(e => e.What)));
        TestContext.Out.WriteLine(string.Join(' ', (await HistoriesAsync(pair.Destination))[0].Select(e => e.What)));
    }
}
