using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>Devices that were plugged in later migrate as those that were there from the start.</summary>
[Thorough]
[Area("Vfio")]
[Target("x86_64")]
[TestTimeout(120)]
public sealed class VfioHotplugTests : VfioScenarioTest
{
    // q35's root bus takes no hotplug; pc's does, from a slot on that its own devices leave free.
    private static readonly VfioMachineOptions Pc = new() { Machine = "pc", FirstSlot = 5 };

    [TestCase(OnOffAuto.On)]
    [TestCase(OnOffAuto.Off)]
    [RerunAfterKnownCrash]
    public async Task A_replaced_device_migrates(OnOffAuto transfer)
    {
        await RequireMachineAsync(Pc.Machine);
        VfioMigrationPair pair = await Lab.StartPairAsync(2, Pc with { Transfer = transfer }, cancellationToken: Token);

        await pair.Source.UnplugLastAsync(Token);
        await pair.Source.PlugAsync(await Lab.CreateDeviceAsync(cancellationToken: Token), Token);

        await AssertMigratesAsync(pair, Multifd, PathOf(transfer));
    }

    [Test]
    [RerunAfterKnownCrash]
    public async Task A_device_plugged_in_on_both_sides_migrates()
    {
        await RequireMachineAsync(Pc.Machine);
        VfioMigrationPair pair = await Lab.StartPairAsync(1, Pc, cancellationToken: Token);

        await pair.Source.PlugAsync(await Lab.CreateDeviceAsync(cancellationToken: Token), Token);
        await pair.Destination.PlugAsync(await Lab.CreateDeviceAsync(cancellationToken: Token), Token);

        await AssertMigratesAsync(pair, Multifd, DeviceStatePath.Multifd);
    }

    [Test]
    [RerunAfterKnownCrash]
    public async Task A_device_that_was_unplugged_does_not_migrate()
    {
        await RequireMachineAsync(Pc.Machine);
        LabMachine source = await Lab.StartMachineAsync("source", await Lab.CreateDevicesAsync(2, Token), Pc, Token);
        LabMachine destination = await Lab.StartDestinationAsync("destination", 1, Pc, Token);

        await source.UnplugLastAsync(Token);

        await AssertMigratesAsync(new VfioMigrationPair(source, destination), Multifd, DeviceStatePath.Multifd);
    }
}
