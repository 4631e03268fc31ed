using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>What QEMU always does wrong with VFIO devices and multifd. Each test reproduces a finding of docs/qemu-findings.md, and passes
/// when QEMU behaves. Findings that are races are in <see cref="VfioCensusTests"/>.</summary>
[Thorough]
[Target("x86_64")]
[TestTimeout(180)]
public sealed class VfioKnownMisbehaviorTests : VfioScenarioTest
{
    private static readonly VfioMachineOptions On = new();
    private static readonly VfioMachineOptions Off = new() { Transfer = OnOffAuto.Off };

    [Test]
    public async Task Both_sides_fail_when_the_destination_has_a_device_more()
    {
        LabMachine source = await Lab.StartMachineAsync("source", await Lab.CreateDevicesAsync(1, Token), On, Token);
        LabMachine destination = await Lab.StartDestinationAsync("destination", 2, On, Token);

        VfioMigrationOutcome outcome = await OutcomeOfAsync(new VfioMigrationPair<LabMachine>(source, destination), Multifd);

        await AssertRightAsync(VfioFindings.OneDeviceMore, outcome.Summary);
    }

    [Test]
    public async Task A_migration_fails_when_a_device_gets_no_state()
    {
        LabMachine source = await Lab.StartMachineAsync("source", await Lab.CreateDevicesAsync(1, Token), Off, Token);
        LabMachine destination = await Lab.StartDestinationAsync("destination", 2, Off, Token);
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(source);

        VfioMigrationOutcome outcome = await MigrateAsync(new VfioMigrationPair<LabMachine>(source, destination), Multifd);

        if (outcome.Completed)
        {
            // Only the destination's standard error has it.
            Assert.That(outcome.Destination.Reasons, Does.Contain("Failed setting device state to RUNNING_P2P"));
            Assert.That(outcome.Destination.Reasons, Does.Contain(destination.Devices[1].Id.ToString()));
            Assert.That((await destination.ReadDevicesAsync(Token))[0], Is.EqualTo(contents[0]), "the device that both sides have");
        }

        await AssertRightAsync(VfioFindings.RefusedState, outcome.Summary);
    }

    [Test]
    public async Task A_source_without_return_path_fails_when_the_destination_does()
    {
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(1, Off, On, Token);

        VfioMigrationOutcome outcome = await OutcomeOfAsync(pair, Multifd with { ReturnPath = false });

        await AssertRightAsync(VfioFindings.NoReturnPath, outcome.Summary);
    }

    [Test]
    public async Task Both_sides_fail_when_the_destination_has_fewer_channels()
    {
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(1, On, cancellationToken: Token);

        VfioMigrationOutcome outcome = await OutcomeOfAsync(pair, Multifd, new() { MultifdChannels = 2 });

        await AssertRightAsync(VfioFindings.FewerChannels, outcome.Summary);
    }

    [TestCase(OnOffAuto.On)]
    [TestCase(OnOffAuto.Off)]
    public async Task A_guest_runs_once_after_a_cancellation_while_the_destination_loads(OnOffAuto transfer)
    {
        var stall = DeviceFault.LoadStallsAt(0);
        var options = new VfioMachineOptions { Transfer = transfer };
        SyntheticDevice saving = await Lab.CreateSyntheticDeviceAsync(new() { Seed = 1 }, Token);
        SyntheticDevice loading = await Lab.CreateSyntheticDeviceAsync(new() { Seed = 2, Fault = stall }, Token);
        var pair = new VfioMigrationPair<LabMachine>(
            await Lab.StartMachineAsync("source", [saving], options, Token),
            await Lab.StartMachineAsync("destination", [loading], options.AsDestination, Token));

        // By the time its monitor answers again, the source has sent everything. The destination continues when its device does.
        using MigrationRun run = await pair.StartAsync(Multifd, cancellationToken: Token);
        await loading.WaitForAsync("loading", Token);
        await run.CancelAsync(Token);
        await loading.ClearAsync(stall, Token);
        VfioMigrationOutcome outcome = await pair.WaitForCompletionAsync(run, Token);

        RecordFact(outcome);
        await AssertRightAsync(VfioFindings.TwoGuests, outcome.Summary);
    }
}
