using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>Two devices migrate over multifd and over the main channel, with their contents.</summary>
[Thorough]
[Target("x86_64")]
[TestTimeout(300)]
public sealed class VfioMultifdTests : VfioScenarioTest
{
    private const int Devices = 2;

    [Test]
    public async Task Device_state_uses_multifd_with_transfer_on()
    {
        VfioMigrationOutcome outcome = await MigrateDevicesAsync(OnOffAuto.On);

        Assert.That(outcome.DeviceState, Transferred.OverMultifd.ForAll(Devices));
    }

    [Test]
    public async Task Device_state_uses_the_main_channel_with_transfer_off()
    {
        VfioMigrationOutcome outcome = await MigrateDevicesAsync(OnOffAuto.Off);

        Assert.That(outcome.DeviceState, Transferred.OverTheMainChannel.ForAll(Devices));
    }

    private async Task<VfioMigrationOutcome> MigrateDevicesAsync(OnOffAuto transfer)
    {
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(
            Devices, new VfioMachineOptions { Transfer = transfer }, cancellationToken: Token);
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(pair.Source);

        VfioMigrationOutcome outcome = await MigrateAsync(pair, Multifd);

        Assert.That(outcome, Migrated.Completely);
        await AssertDevicesAsync(pair.Destination, contents);
        return outcome;
    }
}
