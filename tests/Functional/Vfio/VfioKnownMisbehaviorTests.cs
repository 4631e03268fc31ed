using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>What QEMU always does wrong with VFIO devices and multifd. Each test reproduces a finding of docs/qemu-findings.md, and fails
/// when QEMU behaves. Findings that are races are in <see cref="VfioCensusTests"/>.</summary>
[Thorough]
[Area("Vfio")]
[Target("x86_64")]
[TestTimeout(180)]
public sealed class VfioKnownMisbehaviorTests : VfioScenarioTest
{
    private static readonly VfioMachineOptions On = new();
    private static readonly VfioMachineOptions Off = new() { Transfer = OnOffAuto.Off };

    [Test]
    public async Task A_destination_with_one_device_more_hangs()
    {
        var known = new KnownMisbehavior(
            "Both sides hang when the destination has a device more",
            Right: BothFailed,
            ("10.0.2, 10.0.13, 11.1.3", DeviceAndHung));
        LabMachine source = await Lab.StartMachineAsync("source", await Lab.CreateDevicesAsync(1, Token), On, Token);
        LabMachine destination = await Lab.StartDestinationAsync("destination", 2, On, Token);

        known.AssertSeen(await OutcomeOfAsync(new VfioMigrationPair<LabMachine>(source, destination), Multifd));
    }

    [Test]
    public async Task A_device_without_state_runs_after_a_reset_and_both_sides_say_completed()
    {
        LabMachine source = await Lab.StartMachineAsync("source", await Lab.CreateDevicesAsync(1, Token), Off, Token);
        LabMachine destination = await Lab.StartDestinationAsync("destination", 2, Off, Token);
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(source);

        VfioMigrationOutcome outcome = await MigrateAsync(new VfioMigrationPair<LabMachine>(source, destination), Multifd);

        // Only the destination's standard error has it.
        Assert.Multiple(() =>
        {
            Assert.That(
                outcome.Completed, Is.True,
                $"This QEMU no longer has the bug ({outcome}). Turn this into a regular test, and update " +
                "\"A device that refuses its state is reset, and both sides say completed\" in docs/qemu-findings.md.");
            Assert.That(outcome.Destination.Reasons, Does.Contain("Failed setting device state to RUNNING_P2P"));
            Assert.That(outcome.Destination.Reasons, Does.Contain(destination.Devices[1].Id.ToString()));
        });
        Assert.That((await destination.ReadDevicesAsync(Token))[0], Is.EqualTo(contents[0]), "the device that both sides have");
    }

    [Test]
    public async Task A_source_without_return_path_says_completed_when_the_destination_fails()
    {
        var known = new KnownMisbehavior(
            "Without the return path a failed migration is called completed",
            Right: BothFailed,
            ("10.0.2, 11.1.3", CompletedAndFailed));
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(1, Off, On, Token);

        known.AssertSeen(await OutcomeOfAsync(pair, Multifd with { ReturnPath = false }));
    }

    [Test]
    public async Task A_destination_with_fewer_channels_hangs()
    {
        var known = new KnownMisbehavior(
            "Both sides hang when the destination expects fewer channels",
            Right: BothFailed,
            ("10.0.2, 11.1.3", SetupAndHung));
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(1, On, cancellationToken: Token);

        known.AssertSeen(await OutcomeOfAsync(pair, Multifd, new() { MultifdChannels = 2 }));
    }

    [TestCase(OnOffAuto.On)]
    [TestCase(OnOffAuto.Off)]
    public async Task A_guest_runs_twice_after_a_cancellation_while_the_destination_loads(OnOffAuto transfer)
    {
        var known = new KnownMisbehavior(
            "A migration cancelled in the switchover leaves two guests that run",
            Right: "source cancelled, destination failed, guest on source",
            ("10.0.2, 11.1.3", "source cancelled, destination completed, guest on source and destination"));
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
        known.AssertSeen(KnownMisbehavior.Of(outcome));
    }
}
