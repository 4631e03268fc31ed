using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>Tests with the lab's own device: pairs whose devices hold different contents, and what arrived.</summary>
[Thorough]
[Area("Vfio")]
[Target("x86_64")]
[TestTimeout(180)]
public abstract class SyntheticDeviceTest : VfioMigrationTest
{
    protected const long MiB = 1 << 20;

    // QEMU expects a downtime of the devices' state by the bandwidth that it has seen, which is next to none where the guest's memory is
    // empty: it would wait for ever for the state to become less.
    private const ulong PlentyOfBandwidth = 100UL << 30;

    /// <summary>Multifd where the devices use it. Where they do not, it is off altogether: several devices that do not use it make QEMU
    /// abort often (docs/qemu-findings.md, "The source aborts").</summary>
    protected static MigrationOptions Options(OnOffAuto transfer) =>
        new() { MultifdChannels = transfer == OnOffAuto.Off ? null : 4 };

    /// <summary>A pair with as many devices on each side, and contents that differ in each.</summary>
    protected async Task<VfioMigrationPair> StartPairAsync(
        int devices, OnOffAuto transfer, SyntheticDeviceOptions source, SyntheticDeviceOptions? destination = null)
    {
        IReadOnlyList<SyntheticDevice> sourceDevices = await CreateDevicesAsync(devices, source, firstSeed: 1);
        IReadOnlyList<SyntheticDevice> destinationDevices = await CreateDevicesAsync(devices, destination ?? source, firstSeed: 101);
        var pair = new VfioMigrationPair(
            await Lab.StartMachineAsync("source", sourceDevices, new() { Transfer = transfer }, Token),
            await Lab.StartMachineAsync("destination", destinationDevices, new VfioMachineOptions { Transfer = transfer }.AsDestination, Token));
        await pair.Source.Qmp.MigrateSetParametersAsync(
            new MigrateSetParameters { AvailSwitchoverBandwidth = PlentyOfBandwidth }, cancellationToken: Token);
        return pair;
    }

    /// <summary>Migrates, and asserts that it completed, that the states went the way that was asked for, and that what is in the
    /// destination's devices is what was in the source's.</summary>
    protected async Task<VfioMigrationOutcome> MigrateWholeAsync(VfioMigrationPair pair, OnOffAuto transfer, MigrationOptions? options = null)
    {
        ulong[] left = await ChecksumsAsync(pair.Source);
        VfioMigrationOutcome outcome = await MigrateAsync(pair, options ?? Options(transfer));

        Assert.That(outcome.Migration, Migrated.Completely);
        Assert.That(outcome.DeviceState, Way(transfer).ForAll(pair.Source.Devices.Count));
        Assert.That(await ChecksumsAsync(pair.Destination), Is.EqualTo(left), "checksums of the destination's devices, against the source's before");
        return outcome;
    }

    protected async Task<IReadOnlyList<SyntheticDevice>> CreateDevicesAsync(int devices, SyntheticDeviceOptions options, int firstSeed)
    {
        var made = new List<SyntheticDevice>();
        for (int i = 0; i < devices; i++)
            made.Add(await Lab.CreateSampleDeviceAsync(options with { Seed = firstSeed + i }, Token));
        return made;
    }

    protected static async Task<ulong[]> ChecksumsAsync(LabMachine machine)
    {
        var checksums = new List<ulong>();
        foreach (SyntheticDevice device in machine.Devices.Cast<SyntheticDevice>())
            checksums.Add(await device.ReadChecksumAsync(Token));
        return [.. checksums];
    }

    protected static async Task<IReadOnlyList<SyntheticDeviceEvent>[]> HistoriesAsync(LabMachine machine)
    {
        var histories = new List<IReadOnlyList<SyntheticDeviceEvent>>();
        foreach (SyntheticDevice device in machine.Devices.Cast<SyntheticDevice>())
            histories.Add(await device.ReadHistoryAsync(Token));
        return [.. histories];
    }

    private static TransferredConstraint Way(OnOffAuto transfer) =>
        transfer == OnOffAuto.Off ? Transferred.OverTheMainChannel : Transferred.OverMultifd;
}
