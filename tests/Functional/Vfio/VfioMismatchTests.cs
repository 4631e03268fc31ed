using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>Two sides with different settings: an impossible migration fails on both, with a reason, and the guest stays on the source.
/// <see cref="VfioKnownMisbehaviorTests"/> and <see cref="VfioCensusTests"/> have the mismatches that QEMU handles worse.</summary>
[Thorough]
[Target("x86_64")]
[TestTimeout(120)]
public sealed class VfioMismatchTests : VfioScenarioTest
{
    private static readonly VfioMachineOptions On = new();
    private static readonly VfioMachineOptions Off = new() { Transfer = OnOffAuto.Off };
    private static readonly VfioMachineOptions Auto = new() { Transfer = OnOffAuto.Auto };

    private static IEnumerable<TestCaseData> Agreeing() =>
    [
        new TestCaseData(On, Auto).SetArgDisplayNames("source on", "destination auto"),
        new TestCaseData(Auto, On).SetArgDisplayNames("source auto", "destination on"),
    ];

    [TestCaseSource(nameof(Agreeing))]
    public async Task On_and_auto_agree(VfioMachineOptions source, VfioMachineOptions destination)
    {
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(2, source, destination, Token);

        await AssertMigratesAsync(pair, Multifd, DeviceStatePath.Multifd);
    }

    [Test]
    public async Task A_source_with_off_and_a_destination_with_on_fail()
    {
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(2, Off, On, Token);
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(pair.Source);

        VfioMigrationOutcome outcome = await MigrateAsync(pair, Multifd);

        AssertBothFailed(outcome, destination: "got DEV_CONFIG_STATE in main migration channel but doing multifd transfer");
        await AssertGuestLivesOnAsync(pair.Source, contents);
    }

    [TestCase("mtty-2", "mtty-1")]
    [TestCase("mtty-1", "mtty-2")]
    public async Task A_device_of_another_kind_does_not_accept_the_state(string onSource, string onDestination)
    {
        LabMachine source = await Lab.StartMachineAsync("source", [await Lab.CreateDeviceAsync(onSource, Token)], On, Token);
        LabMachine destination = await Lab.StartMachineAsync(
            "destination", [await Lab.CreateDeviceAsync(onDestination, Token)], On.AsDestination, Token);
        var pair = new VfioMigrationPair<LabMachine>(source, destination);

        VfioMigrationOutcome outcome = await MigrateAsync(pair, Multifd);

        AssertBothFailed(outcome, destination: "Bad address");
    }

    [TestCase(OnOffAuto.On)]
    [TestCase(OnOffAuto.Off)]
    public async Task A_destination_without_a_device_names_it(OnOffAuto transfer)
    {
        VfioMachineOptions options = new() { Transfer = transfer };
        LabMachine source = await Lab.StartMachineAsync("source", await Lab.CreateDevicesAsync(2, Token), options, Token);
        LabMachine destination = await Lab.StartDestinationAsync("destination", 1, options, Token);
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(source);

        VfioMigrationOutcome outcome = await MigrateAsync(new VfioMigrationPair<LabMachine>(source, destination), Multifd);

        AssertBothFailed(outcome, destination: "'0000:00:02.0/vfio'");
        await AssertGuestLivesOnAsync(source, contents);
    }

    [Test]
    public async Task A_destination_of_another_machine_type_fails()
    {
        await RequireMachineAsync("pc-q35-9.2");
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(1, On, On with { Machine = "pc-q35-9.2" }, Token);
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(pair.Source);

        VfioMigrationOutcome outcome = await MigrateAsync(pair, Multifd);

        AssertBothFailed(outcome, destination: "Machine type received is");
        await AssertGuestLivesOnAsync(pair.Source, contents);
    }

    private static void AssertBothFailed(VfioMigrationOutcome outcome, string destination) => Assert.Multiple(() =>
    {
        Assert.That(outcome, Migrated.NotAtAll);
        Assert.That(outcome.Source.Status, Is.EqualTo(MigrationStatus.Failed), outcome.ToString());
        Assert.That(outcome.Destination.Status, Is.EqualTo(MigrationStatus.Failed), outcome.ToString());
        Assert.That(outcome.Destination.Reasons, Does.Contain(destination));
    });
}
