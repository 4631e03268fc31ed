using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

[Thorough]
[Area("Vfio")]
[Target("x86_64")]
public sealed class VfioMultifdTests : VfioMigrationTest
{
    private const int Devices = 2;
    private static readonly MigrationOptions FourChannels = new() { MultifdChannels = 4, ReturnPath = true };

    [Test]
    [CancelAfter(300_000)]
    [RerunAfterKnownCrash]
    public async Task Device_state_travels_over_multifd_with_transfer_on()
    {
        VfioMigrationOutcome outcome = await MigrateSeededDevicesAsync(OnOffAuto.On);

        Assert.That(outcome.DeviceState, Transferred.OverMultifd.ForAll(Devices));
    }

    [Test]
    [CancelAfter(300_000)]
    [RerunAfterKnownCrash]
    public async Task Device_state_travels_over_the_main_channel_with_transfer_off()
    {
        VfioMigrationOutcome outcome = await MigrateSeededDevicesAsync(OnOffAuto.Off);

        Assert.That(outcome.DeviceState, Transferred.OverTheMainChannel.ForAll(Devices));
    }

    private async Task<VfioMigrationOutcome> MigrateSeededDevicesAsync(OnOffAuto transfer)
    {
        MttyContents[] contents = [MttyContents.Seeded(slot: 1, seed: 11), MttyContents.Seeded(slot: 2, seed: 12)];
        VfioMigrationPair pair = await Lab.StartPairAsync(Devices, new VfioMachineOptions { Transfer = transfer }, cancellationToken: Token);
        await pair.Source.WriteDevicesAsync(contents, Token);

        VfioMigrationOutcome outcome = await MigrateAsync(pair, FourChannels);
        Assert.That(outcome.Migration, Migrated.Completely);

        IReadOnlyList<MttyContents> arrived = await pair.Destination.ReadDevicesAsync(Token);
        RecordFact("registers", arrived.SequenceEqual(contents) ? $"equal on {Devices} of {Devices} devices" : "not what was written");
        Assert.That(arrived, Is.EqualTo(contents), "registers read on the destination, against what was written on the source");
        return outcome;
    }
}
