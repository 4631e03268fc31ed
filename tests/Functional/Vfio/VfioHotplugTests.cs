using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>Hotplugged devices migrate like those from the command line.</summary>
[Thorough]
[Target("x86_64")]
[TestTimeout(120)]
public sealed class VfioHotplugTests : VfioScenarioTest
{
    // The root bus of q35 has no hotplug. That of pc does, and slots from 5 on are free.
    private static readonly VfioMachineOptions Pc = new() { Machine = "pc", FirstSlot = 5 };

    [TestCase(OnOffAuto.On)]
    [TestCase(OnOffAuto.Off)]
    public async Task A_replaced_device_migrates(OnOffAuto transfer)
    {
        await RequireMachineAsync(Pc.Machine);
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(2, Pc with { Transfer = transfer }, cancellationToken: Token);

        await pair.Source.UnplugLastAsync(Token);
        await pair.Source.PlugAsync(await Lab.CreateDeviceAsync(cancellationToken: Token), Token);

        await AssertMigratesAsync(pair, Multifd, PathOf(transfer));
    }

    [Test]
    public async Task A_device_plugged_in_on_both_sides_migrates()
    {
        await RequireMachineAsync(Pc.Machine);
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(1, Pc, cancellationToken: Token);

        await pair.Source.PlugAsync(await Lab.CreateDeviceAsync(cancellationToken: Token), Token);
        await pair.Destination.PlugAsync(await Lab.CreateDeviceAsync(cancellationToken: Token), Token);

        await AssertMigratesAsync(pair, Multifd, DeviceStatePath.Multifd);
    }

    [Test]
    public async Task An_unplugged_device_does_not_migrate()
    {
        await RequireMachineAsync(Pc.Machine);
        LabMachine source = await Lab.StartMachineAsync("source", await Lab.CreateDevicesAsync(2, Token), Pc, Token);
        LabMachine destination = await Lab.StartDestinationAsync("destination", 1, Pc, Token);

        await source.UnplugLastAsync(Token);

        await AssertMigratesAsync(new VfioMigrationPair<LabMachine>(source, destination), Multifd, DeviceStatePath.Multifd);
    }
}
