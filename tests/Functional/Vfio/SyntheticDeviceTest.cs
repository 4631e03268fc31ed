using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>A test with the lab's own devices: pairs whose devices have different contents, which are compared after a
/// migration.</summary>
[Thorough]
[Target("x86_64")]
[TestTimeout(180)]
public abstract class SyntheticDeviceTest : VfioMigrationTest
{
    protected const long MiB = 1 << 20;

    /// <summary>The seed of the destination's first device, unless the test gives one.</summary>
    private const int DestinationSeed = 101;

    /// <summary>Turns multifd on only where the devices use it: QEMU often aborts when several devices do not
    /// (docs/qemu-findings.md, "The source aborts").</summary>
    protected static MigrationOptions Options(OnOffAuto transfer) => new()
    {
        MultifdChannels = transfer == OnOffAuto.Off ? null : 4,
        SwitchoverBandwidth = MigrationOptions.PlentyOfBandwidth,
    };

    /// <summary>Starts a pair with the same number of devices on each side. The contents of all devices differ.</summary>
    protected async Task<VfioMigrationPair<LabMachine>> StartPairAsync(
        int devices, OnOffAuto transfer, SyntheticDeviceOptions source, SyntheticDeviceOptions? destination = null) => new(
            await StartMachineAsync("source", devices, source with { Seed = 1 }, new() { Transfer = transfer }),
            await StartDestinationAsync("destination", devices, transfer, (destination ?? source) with { Seed = DestinationSeed }));

    protected Task<LabMachine> StartDestinationAsync(string name, int devices, OnOffAuto transfer, SyntheticDeviceOptions options) =>
        StartMachineAsync(name, devices, options, new VfioMachineOptions { Transfer = transfer }.AsDestination);

    /// <summary>Migrates, and asserts that the migration completes, that the state takes the right path, and that it arrives
    /// unchanged.</summary>
    protected async Task<VfioMigrationOutcome> AssertMigratesAsync(
        VfioMigrationPair<LabMachine> pair, OnOffAuto transfer, MigrationOptions? options = null)
    {
        IReadOnlyList<ulong> before = await ChecksumsAsync(pair.Source);
        VfioMigrationOutcome outcome = await MigrateAsync(pair, options ?? Options(transfer));

        Assert.That(outcome, Migrated.Completely);
        Assert.That(
            outcome.DeviceState,
            (transfer == OnOffAuto.Off ? Transferred.OverTheMainChannel : Transferred.OverMultifd).ForAll(pair.Source.Devices.Count));
        Assert.That(await ChecksumsAsync(pair.Destination), Is.EqualTo(before), "checksums of the destination's devices, and the source's before");
        return outcome;
    }

    protected static Task<IReadOnlyList<ulong>> ChecksumsAsync(LabMachine machine) => SyntheticDevices.ReadChecksumsAsync(machine.Devices, Token);

    protected static Task<IReadOnlyList<IReadOnlyList<SyntheticDeviceEvent>>> HistoriesAsync(LabMachine machine) =>
        SyntheticDevices.ReadHistoriesAsync(machine.Devices, Token);

    private async Task<LabMachine> StartMachineAsync(string name, int devices, SyntheticDeviceOptions deviceOptions, VfioMachineOptions options) =>
        await Lab.StartMachineAsync(name, await Lab.CreateSyntheticDevicesAsync(devices, deviceOptions, Token), options, Token);
}
