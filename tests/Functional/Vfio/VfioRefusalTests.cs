using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>Operations that QEMU refuses with a reason before they start, and that therefore change nothing.</summary>
[Thorough]
[Target("x86_64")]
[TestTimeout(120)]
public sealed class VfioRefusalTests : VfioScenarioTest
{
    [Test]
    public async Task Postcopy_with_multifd_is_refused()
    {
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(1, cancellationToken: Token);
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(pair.Source);

        // Some QEMUs accept multifd and postcopy together; there the device refuses the migration.
        string reason = await AcceptsAsync(pair.Source, "multifd", "postcopy-ram")
            ? "VFIO migration is not supported with postcopy migration"
            : "Postcopy is not yet compatible with multifd";
        await SetAsync(pair.Source, ("postcopy-ram", true));
        QmpCommandException refusal = await RefusedAsync(pair, Multifd);

        Assert.That(refusal.Message, Does.Contain(reason));
        await SetAsync(pair.Source, ("postcopy-ram", false));
        await AssertGuestLivesOnAsync(pair.Source, contents);
    }

    [TestCase("postcopy-ram", "VFIO migration is not supported with postcopy migration")]
    [TestCase("background-snapshot", "VFIO migration is not supported with background snapshot")]
    public async Task A_kind_of_migration_without_VFIO_support_is_refused(string capability, string reason)
    {
        await RequireMigrationCapabilityAsync(MigrationCapability.Named(capability));
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(1, cancellationToken: Token);
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(pair.Source);
        await SetAsync(pair.Source, (capability, true));

        QmpCommandException refusal = await RefusedAsync(pair, WithoutMultifd with { ReturnPath = false });

        Assert.That(refusal.Message, Does.Contain(reason).And.Contain(pair.Source.Devices[0].Id.ToString()));
        await SetAsync(pair.Source, (capability, false));
        await AssertGuestLivesOnAsync(pair.Source, contents);
    }

    [Test]
    public async Task Switchover_ack_without_return_path_is_refused()
    {
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(1, cancellationToken: Token);

        QmpCommandException refusal = await RefusedAsync(pair, Multifd with { SwitchoverAck = true, ReturnPath = false });

        Assert.That(refusal.Message, Does.Contain("Capability 'switchover-ack' requires capability 'return-path'"));
        IReadOnlyList<MigrationCapabilityStatus> capabilities = await pair.Source.Qmp.QueryMigrateCapabilitiesAsync(cancellationToken: Token);
        Assert.That(
            capabilities.Single(c => c.Capability == MigrationCapability.Multifd).State, Is.False, "a refused command sets nothing");
        await AssertMigratesAsync(pair, Multifd, DeviceStatePath.Multifd);
    }

    [Test]
    public async Task A_plain_file_with_multifd_is_refused()
    {
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(1, cancellationToken: Token);

        QmpCommandException refusal = await RefusedAsync(pair, Multifd with { Uri = $"file:{VfioLab.Pipe}.saved", ReturnPath = false });

        Assert.That(refusal.Message, Does.Contain("Migration requires multi-channel URIs"));
        await AssertMigratesAsync(pair, Multifd, DeviceStatePath.Multifd);
    }

    [TestCase("enable-migration", "off", "Migration is disabled for VFIO device")]
    [TestCase("enable-migration", "auto", "VFIO device doesn't support device and IOMMU dirty tracking")]
    public async Task A_device_without_migration_support_blocks_the_migration(string property, string value, string reason)
    {
        var blocked = new VfioMachineOptions { DeviceProperties = new Dictionary<string, string> { [property] = value } };
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(1, blocked, cancellationToken: Token);
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(pair.Source);

        MigrationInfo info = await pair.Source.Qmp.QueryMigrateAsync(cancellationToken: Token);
        QmpCommandException refusal = await RefusedAsync(pair, Multifd);

        Assert.Multiple(() =>
        {
            Assert.That(info.BlockedReasons, Has.Exactly(1).Contains(reason));
            Assert.That(refusal.Message, Does.Contain(reason));
        });
        await AssertDevicesAsync(pair.Source, contents);
    }

    [Test]
    public async Task QEMU_with_only_migratable_does_not_start_with_a_device_without_migration_support()
    {
        IReadOnlyList<LabDevice> devices = await Lab.CreateDevicesAsync(1, Token);

        Assert.That(
            () => Lab.StartMachineAsync(
                "source",
                devices,
                new() { Arguments = ["-only-migratable"], DeviceProperties = new Dictionary<string, string> { ["enable-migration"] = "off" } },
                Token),
            Throws.TypeOf<VfioLabException>()
                .With.Message.Contains("disallowing migration blocker (--only-migratable)").And.Message.Contains("(exit code: 1)"));
    }

    [Test]
    public async Task A_device_in_use_is_refused_without_effect_on_its_user()
    {
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(1, cancellationToken: Token);

        Assert.That(
            () => Lab.StartMachineAsync("second", pair.Source.Devices, cancellationToken: Token),
            Throws.TypeOf<VfioLabException>().With.Message.Contains("Device or resource busy"));
        await AssertMigratesAsync(pair, Multifd, DeviceStatePath.Multifd);
    }

    [Test]
    public void A_missing_device_is_refused() =>
        Assert.That(
            () => Lab.StartMachineAsync("source", [new LabDevice(Guid.NewGuid(), "mtty-1")], cancellationToken: Token),
            Throws.TypeOf<VfioLabException>().With.Message.Contains("no such host device: No such file or directory"));

    [Test]
    public async Task A_device_cannot_be_added_while_migrating()
    {
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(1, new() { FilledMemory = true }, cancellationToken: Token);
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(pair.Source);
        LabDevice another = await Lab.CreateDeviceAsync(cancellationToken: Token);

        using MigrationRun run = await pair.StartAsync(Multifd with { MaxBandwidth = 1 << 16 }, cancellationToken: Token);
        await run.WaitForDestinationAsync(MigrationStatus.Active, Token);
        Assert.That(
            () => pair.Source.PlugAsync(another, Token),
            Throws.TypeOf<QmpCommandException>().With.Message.Contains("device_add not allowed while migrating"));
        await run.CancelAsync(Token);
        VfioMigrationOutcome outcome = await WaitForCompletionAsync(pair, run);

        Assert.That(outcome, Migrated.NotAtAll);
        await AssertGuestLivesOnAsync(pair.Source, contents);
    }

    // Whether capabilities can be set together. They are not set afterwards.
    private static async Task<bool> AcceptsAsync(LabMachine machine, params string[] capabilities)
    {
        try
        {
            await SetAsync(machine, [.. capabilities.Select(name => (name, true))]);
        }
        catch (QmpCommandException)
        {
            return false;
        }

        await SetAsync(machine, [.. capabilities.Select(name => (name, false))]);
        return true;
    }

    private static Task SetAsync(LabMachine machine, params (string Name, bool State)[] capabilities) =>
        machine.Qmp.MigrateSetCapabilitiesAsync(
            [.. capabilities.Select(c => new MigrationCapabilityStatus { Capability = MigrationCapability.Named(c.Name), State = c.State })],
            cancellationToken: Token);

    // Returns the refusal. The destination has received nothing.
    private static async Task<QmpCommandException> RefusedAsync(VfioMigrationPair<LabMachine> pair, MigrationOptions options)
    {
        try
        {
            using MigrationRun run = await pair.StartAsync(options, cancellationToken: Token);
        }
        catch (QmpCommandException refusal)
        {
            return refusal;
        }

        throw new AssertionException("QEMU did not refuse the migration.");
    }
}
