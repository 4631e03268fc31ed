using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>Faulty devices: the status of both sides, the side with the guest afterwards, and a second migration without the
/// fault.</summary>
public sealed class VfioDeviceFaultTests : SyntheticDeviceTest
{
    private const int Devices = 2;
    private const long Size = 4 * MiB;
    private const long Inside = MiB + 5;

    [TestCase("SaveFails", OnOffAuto.On, "reading state buffer 2 failed")]
    [TestCase("SaveFails", OnOffAuto.Off, "Channel error: Input/output error")]
    [TestCase("CannotEnterStopCopy", OnOffAuto.On, "Failed setting device state to STOP_COPY")]
    [TestCase("CannotEnterStopCopy", OnOffAuto.Off, "Failed setting device state to STOP_COPY")]
    [TestCase("CannotEnterPreCopy", OnOffAuto.On, "Failed setting device state to PRE_COPY")]
    [TestCase("CannotEnterPreCopy", OnOffAuto.Off, "Failed setting device state to PRE_COPY")]
    [TestCase("CannotEnterPreCopyP2P", OnOffAuto.On, "Failed setting device state to PRE_COPY_P2P")]
    [TestCase("CannotEnterPreCopyP2P", OnOffAuto.Off, "Failed setting device state to PRE_COPY_P2P")]
    public async Task A_source_with_a_faulty_device_keeps_the_guest_and_can_migrate_later(string fault, OnOffAuto transfer, string reason)
    {
        DeviceFault injected = SourceFaults[fault];
        VfioMigrationPair<LabMachine> pair = await StartPairAsync(Devices, transfer, new() { Size = Size, Fault = injected });

        await AssertSourceKeepsTheGuestAsync(pair, transfer, pair.Source, reason);
        foreach (SyntheticDevice device in pair.Source.Devices.Cast<SyntheticDevice>())
            await device.ClearAsync(injected, Token);
        await AssertMigratesAsync(await RetryAsync(pair, transfer), transfer);
    }

    [TestCase("CannotEnterResuming", OnOffAuto.On, "Failed setting device state to RESUMING")]
    [TestCase("CannotEnterResuming", OnOffAuto.Off, "Failed setting device state to RESUMING")]
    [TestCase("LoadFails", OnOffAuto.Off, "Input/output error")]
    [TestCase("OtherSize", OnOffAuto.Off, "Invalid argument")]
    public async Task The_guest_stays_on_the_source_when_a_device_of_the_destination_fails(string fault, OnOffAuto transfer, string reason)
    {
        VfioMigrationPair<LabMachine> pair = await StartPairAsync(Devices, transfer, new() { Size = Size }, DestinationFaults[fault]);

        await AssertSourceKeepsTheGuestAsync(pair, transfer, pair.Destination, reason);
        await AssertMigratesAsync(await RetryAsync(pair, transfer), transfer);
    }

    [TestCase("LoadFails", "writing state buffer 1 failed: ")]
    [TestCase("OtherSize", "writing state buffer 0 failed: ")]
    public async Task The_guest_stays_on_the_source_when_a_device_cannot_load_over_multifd(string fault, string reason)
    {
        VfioMigrationPair<LabMachine> pair = await StartPairAsync(Devices, OnOffAuto.On, new() { Size = Size }, DestinationFaults[fault]);

        VfioMigrationOutcome outcome = await MigrateWithAnyOutcomeAsync(pair, OnOffAuto.On);

        Assert.That(outcome.Destination.Reasons, Does.Contain(reason));
        await AssertRightAsync(VfioFindings.LostGuest, outcome.Summary);
    }

    [TestCase("FlippedByte", OnOffAuto.On, "Bad message")]
    [TestCase("FlippedByte", OnOffAuto.Off, "Bad message")]
    [TestCase("SaveEndsEarly", OnOffAuto.On, "No data available")]
    [TestCase("SaveEndsEarly", OnOffAuto.Off, "No data available")]
    [TestCase("RefusesState", OnOffAuto.On, "Operation not permitted")]
    [TestCase("RefusesState", OnOffAuto.Off, "Operation not permitted")]
    public async Task A_migration_fails_when_a_device_refuses_its_state(string fault, OnOffAuto transfer, string reason)
    {
        SyntheticDeviceOptions healthy = new() { Size = Size };
        VfioMigrationPair<LabMachine> pair = SourceFaults.TryGetValue(fault, out DeviceFault? injected)
            ? await StartPairAsync(Devices, transfer, healthy with { Fault = injected }, healthy)
            : await StartPairAsync(Devices, transfer, healthy, DestinationFaults[fault]);
        IReadOnlyList<ulong> left = await ChecksumsAsync(pair.Source);

        VfioMigrationOutcome outcome = await MigrateWithAnyOutcomeAsync(pair, transfer);

        if (outcome.Completed)
            await AssertDetectedAsync(pair.Destination, outcome, reason, fault == "RefusesState" ? [] : left); // a refused state is intact
        await AssertRightAsync(VfioFindings.RefusedState, outcome.Summary);
    }

    [TestCase(OnOffAuto.On)]
    [TestCase(OnOffAuto.Off)]
    public async Task A_source_continues_when_its_stalled_device_does(OnOffAuto transfer)
    {
        var stall = DeviceFault.SaveStallsAt(Inside);
        VfioMigrationPair<LabMachine> pair = await StartPairAsync(Devices, transfer, new() { Size = Size });
        await MigrateThroughAStallAsync(pair, transfer, (SyntheticDevice)pair.Source.Devices[^1], stall, "saved");
    }

    [TestCase(OnOffAuto.On)]
    [TestCase(OnOffAuto.Off)]
    public async Task A_destination_continues_when_its_stalled_device_does(OnOffAuto transfer)
    {
        var stall = DeviceFault.LoadStallsAt(Inside);
        VfioMigrationPair<LabMachine> pair = await StartPairAsync(Devices, transfer, new() { Size = Size });
        await MigrateThroughAStallAsync(pair, transfer, (SyntheticDevice)pair.Destination.Devices[^1], stall, "loaded");
    }

    [TestCase(OnOffAuto.On)]
    [TestCase(OnOffAuto.Off)]
    public async Task The_guest_stays_on_the_source_when_the_destination_is_killed_during_a_stall(OnOffAuto transfer)
    {
        var stall = DeviceFault.LoadStallsAt(Inside);
        VfioMigrationPair<LabMachine> pair = await StartPairAsync(Devices, transfer, new() { Size = Size }, new() { Size = Size, Fault = stall });

        using MigrationRun run = await pair.StartAsync(Options(transfer), cancellationToken: Token);
        await ((SyntheticDevice)pair.Destination.Devices[0]).WaitForAsync("stalled", Token);
        await pair.Destination.KillAsync(Token);
        VfioMigrationOutcome outcome = await WaitForCompletionAsync(pair, run);

        Assert.That(outcome, Migrated.NotAtAll);
        await AssertMigratesAsync(await RetryAsync(pair, transfer), transfer);
    }

    private static readonly Dictionary<string, DeviceFault> SourceFaults = new()
    {
        ["SaveFails"] = DeviceFault.SaveFailsAt(Inside),
        ["SaveEndsEarly"] = DeviceFault.SaveEndsAt(Inside),
        ["FlippedByte"] = DeviceFault.FlipsByteAt(Inside),
        ["CannotEnterStopCopy"] = DeviceFault.CannotEnter(DeviceMigrationState.StopCopy),
        ["CannotEnterPreCopy"] = DeviceFault.CannotEnter(DeviceMigrationState.PreCopy),
        ["CannotEnterPreCopyP2P"] = DeviceFault.CannotEnter(DeviceMigrationState.PreCopyP2P),
    };

    private static readonly Dictionary<string, SyntheticDeviceOptions> DestinationFaults = new()
    {
        ["LoadFails"] = new() { Size = Size, Fault = DeviceFault.LoadFailsAt(Inside) },
        ["OtherSize"] = new() { Size = Size / 2 },
        ["RefusesState"] = new() { Size = Size, Fault = DeviceFault.RefusesState },
        ["CannotEnterResuming"] = new() { Size = Size, Fault = DeviceFault.CannotEnter(DeviceMigrationState.Resuming) },
    };

    private async Task AssertSourceKeepsTheGuestAsync(VfioMigrationPair<LabMachine> pair, OnOffAuto transfer, LabMachine faulty, string reason)
    {
        IReadOnlyList<ulong> before = await ChecksumsAsync(pair.Source);

        VfioMigrationOutcome outcome = await MigrateAsync(pair, Options(transfer));

        Assert.That(outcome, Migrated.NotAtAll);
        Assert.That((faulty == pair.Source ? outcome.Source : outcome.Destination).Reasons, Does.Contain(reason), $"reasons of '{faulty.Name}'");
        foreach (SyntheticDevice device in pair.Source.Devices.Cast<SyntheticDevice>())
            Assert.That(await device.ReadMigrationStateAsync(Token), Is.EqualTo("RUNNING"), "a device of the guest on the source");
        Assert.That(await ChecksumsAsync(pair.Source), Is.EqualTo(before));
    }

    // A failed destination cannot be used again.
    private async Task<VfioMigrationPair<LabMachine>> RetryAsync(VfioMigrationPair<LabMachine> failed, OnOffAuto transfer)
    {
        await failed.Destination.QuitAsync(Token);
        return new VfioMigrationPair<LabMachine>(
            failed.Source, await StartDestinationAsync("destination-2", Devices, transfer, new() { Size = Size, Seed = 201 }));
    }

    private async Task MigrateThroughAStallAsync(
        VfioMigrationPair<LabMachine> pair, OnOffAuto transfer, SyntheticDevice device, DeviceFault stall, string end)
    {
        await device.InjectAsync(stall, Token);
        Task<VfioMigrationOutcome> migrating = AssertMigratesAsync(pair, transfer);
        await device.WaitForAsync("stalled", Token);

        Assert.That((await device.ReadHistoryAsync(Token)).Select(e => e.What), Does.Not.Contain(end));
        Assert.That(migrating.IsCompleted, Is.False, "the migration ended without the device's state");
        await device.ClearAsync(stall, Token);
        await migrating;
    }

    private static async Task AssertDetectedAsync(LabMachine destination, VfioMigrationOutcome outcome, string reason, IReadOnlyList<ulong> left)
    {
        Assert.That(
            outcome.Destination.Reasons, Does.Contain("Failed setting device state to RUNNING_P2P. Recover state is ERROR. Resetting device: " + reason));
        foreach (IReadOnlyList<SyntheticDeviceEvent> history in await HistoriesAsync(destination))
            Assert.That(history.Select(e => e.What), Does.Contain("refused").And.Not.Contain("accepted"));
        foreach (ulong checksum in left)
            Assert.That(await ChecksumsAsync(destination), Does.Not.Contain(checksum));
    }

    // Does not assert that one guest is left.
    private async Task<VfioMigrationOutcome> MigrateWithAnyOutcomeAsync(VfioMigrationPair<LabMachine> pair, OnOffAuto transfer)
    {
        VfioMigrationOutcome outcome = await pair.MigrateAsync(Options(transfer), Token);
        RecordFact(outcome);
        return outcome;
    }
}
