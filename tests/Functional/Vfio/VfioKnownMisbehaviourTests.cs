using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>What QEMU does wrong with VFIO devices and multifd, reproduced: each within a limit, in a lab of its own, and held to what
/// it has been seen to come to. docs/qemu-findings.md has a report of each.</summary>
[Thorough]
[Area("Vfio")]
[Target("x86_64")]
[TestTimeout(180)]
public sealed class VfioKnownMisbehaviourTests : VfioScenarioTest
{
    // A monitor that has not answered for this long does not: a switchover takes a tenth of a second here.
    private static readonly TimeSpan HangTimeout = TimeSpan.FromSeconds(10);

    private static readonly VfioMachineOptions On = new();
    private static readonly VfioMachineOptions Off = new() { Transfer = OnOffAuto.Off };

    private const string BothFailed = "source failed, destination failed, guest on source";
    private const string CompletedAndHung = "source completed, destination no answer, guest on neither";
    private const string CompletedAndFailed = "source completed, destination failed, guest on neither";
    private const string DeviceAndHung = "source device, destination no answer, guest on neither";

    [Test]
    public async Task A_destination_with_off_hangs_when_multifd_brings_state()
    {
        var known = new KnownMisbehaviour(
            "The destination hangs on state that it does not expect",
            Right: CompletedAndFailed, // without the return path the source cannot know better
            [
                ("10.0.2, 10.0.13, 11.1.3", CompletedAndHung),
                ("10.0.13", BothFailed),
            ],
            Race: true);
        VfioMigrationPair pair = await Lab.StartPairAsync(1, On, Off, Token);

        known.Assert(await ComeToAsync(pair, Multifd with { ReturnPath = false }));
    }

    [Test]
    public async Task A_destination_with_off_hangs_when_multifd_brings_state_also_with_return_path()
    {
        var known = new KnownMisbehaviour(
            "The destination hangs on state that it does not expect",
            Right: BothFailed,
            [
                ("10.0.2, 10.0.13, 11.1.3", DeviceAndHung),
                ("10.0.2", CompletedAndHung),
                ("10.0.2, 11.1.3", CompletedAndFailed),
                ("10.0.2", "source no answer, destination active, guest on neither"),
                ("10.0.2", "source failed, destination no answer, guest on source"),
            ],
            Race: true);
        VfioMigrationPair pair = await Lab.StartPairAsync(1, On, Off, Token);

        known.Assert(await ComeToAsync(pair, Multifd));
    }

    [Test]
    public async Task A_source_with_multifd_and_several_devices_may_abort()
    {
        const string Completed = "source completed, destination completed, guest on destination";
        var known = new KnownMisbehaviour(
            "The source aborts",
            Right: Completed,
            [("10.0.2", "source gone, destination failed, guest on neither, source ended with signal 6 (SIGABRT)")],
            Race: true);
        // mtty has 24 ports.
        const int Devices = 8;
        const int Hops = 2;
        LabMachine guest = await Lab.StartMachineAsync("source", await Lab.CreateDevicesAsync(Devices, Token), Off, Token);

        // With many devices whose threads have nothing to do, and a source that was a destination: the best chances.
        string came = Completed;
        for (int hop = 1; hop <= Hops && came == Completed; hop++)
        {
            LabMachine next = await Lab.StartDestinationAsync($"hop-{hop}", Devices, Off, Token);
            came = await ComeToAsync(new VfioMigrationPair(guest, next), Multifd);
            // Where it crashed there is nothing left to end.
            if (came == Completed)
                await guest.QuitAsync(Token);
            guest = next;
        }

        known.Assert(came);
    }

    [Test]
    public async Task A_destination_with_one_device_more_hangs()
    {
        var known = new KnownMisbehaviour(
            "Both sides hang when the destination has a device more",
            Right: BothFailed,
            [("10.0.2, 10.0.13, 11.1.3", DeviceAndHung)]);
        LabMachine source = await Lab.StartMachineAsync("source", await Lab.CreateDevicesAsync(1, Token), On, Token);
        LabMachine destination = await Lab.StartDestinationAsync("destination", 2, On, Token);

        known.Assert(await ComeToAsync(new VfioMigrationPair(source, destination), Multifd));
    }

    [Test]
    public async Task A_device_that_got_no_state_runs_after_a_reset_and_both_sides_say_completed()
    {
        LabMachine source = await Lab.StartMachineAsync("source", await Lab.CreateDevicesAsync(1, Token), Off, Token);
        LabMachine destination = await Lab.StartDestinationAsync("destination", 2, Off, Token);
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(source);

        VfioMigrationOutcome outcome = await MigrateAsync(new VfioMigrationPair(source, destination), Multifd);

        // Only the destination's standard error tells: "A device that refuses its state is reset, and both sides say completed".
        Assert.Multiple(() =>
        {
            Assert.That(
                outcome.Migration.Completed, Is.True,
                $"This QEMU behaves: {outcome.Migration}. Make an ordinary scenario of this test, and tell docs/qemu-findings.md.");
            Assert.That(outcome.DestinationWords, Does.Contain("Failed setting device state to RUNNING_P2P"));
            Assert.That(outcome.DestinationWords, Does.Contain(destination.Devices[1].Id.ToString()));
        });
        Assert.That((await destination.ReadDevicesAsync(Token))[0], Is.EqualTo(contents[0]), "the device that both have");
    }

    [Test]
    public async Task A_source_without_return_path_says_completed_whatever_became_of_the_destination()
    {
        var known = new KnownMisbehaviour(
            "Without the return path a failed migration is called completed",
            Right: BothFailed,
            [("10.0.2, 11.1.3", CompletedAndFailed)]);
        VfioMigrationPair pair = await Lab.StartPairAsync(1, Off, On, Token);

        known.Assert(await ComeToAsync(pair, Multifd with { ReturnPath = false }));
    }

    [Test]
    public async Task A_destination_with_fewer_channels_hangs()
    {
        var known = new KnownMisbehaviour(
            "Both sides hang when the destination expects fewer channels",
            Right: BothFailed,
            [("10.0.2, 11.1.3", "source setup, destination no answer, guest on source")]);
        VfioMigrationPair pair = await Lab.StartPairAsync(1, On, cancellationToken: Token);

        known.Assert(await ComeToAsync(pair, Multifd, new() { MultifdChannels = 2 }));
    }

    [TestCase(OnOffAuto.On)]
    [TestCase(OnOffAuto.Off)]
    public async Task A_source_that_failed_in_setup_may_never_migrate_again(OnOffAuto transfer)
    {
        var known = new KnownMisbehaviour(
            "A source that lost its channels in setup may never migrate again",
            Right: "migrates",
            [
                ("10.0.2", "duplicate yank instance"),
                ("10.0.2 to 11.1.3, 11.1.3", "source setup, destination no answer, guest on source"),
            ],
            Race: true);
        var options = new VfioMachineOptions { Transfer = transfer };
        VfioMigrationPair pair = await Lab.StartPairAsync(1, options, cancellationToken: Token);
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(pair.Source);
        using MigrationRun run = await pair.StartAsync(Multifd with { Timeout = HangTimeout }, WithoutMultifd, Token);
        VfioMigrationOutcome outcome = await WaitForCompletionAsync(pair, run);
        await AssertDevicesAsync(pair.Source, contents);

        string came = KnownMisbehaviour.Of(outcome);
        if (outcome.Migration.Source.Status == "failed")
        {
            Assert.That(outcome.DestinationWords, Does.Contain("Extra incoming migration connection; ignoring"));
            came = await MigrateAgainAsync();
        }

        RecordFact("came to", came);
        known.Assert(came);

        async Task<string> MigrateAgainAsync()
        {
            LabMachine another = await Lab.StartDestinationAsync("another-destination", 1, options, Token);
            try
            {
                await AssertMigratesAsync(
                    new VfioMigrationPair(pair.Source, another), Multifd with { Uri = "tcp:127.0.0.1:4445" }, PathOf(transfer));
                return "migrates";
            }
            catch (QmpCommandException refusal)
            {
                return refusal.Description;
            }
        }
    }

    [TestCase(OnOffAuto.On)]
    [TestCase(OnOffAuto.Off)]
    public async Task Cancelled_while_the_destination_loads_the_guest_runs_twice(OnOffAuto transfer)
    {
        var known = new KnownMisbehaviour(
            "A migration cancelled in the switchover leaves two guests that run",
            Right: "source cancelled, destination failed, guest on source",
            [("10.0.2, 11.1.3", "source cancelled, destination completed, guest on source and destination")]);
        var stall = DeviceFault.LoadStallsAt(0);
        var options = new VfioMachineOptions { Transfer = transfer };
        SyntheticDevice leaving = await Lab.CreateSampleDeviceAsync(new() { Seed = 1 }, Token);
        SyntheticDevice taking = await Lab.CreateSampleDeviceAsync(new() { Seed = 2, Fault = stall }, Token);
        var pair = new VfioMigrationPair(
            await Lab.StartMachineAsync("source", [leaving], options, Token),
            await Lab.StartMachineAsync("destination", [taking], options.AsDestination, Token));

        // The source has sent everything when its monitor answers again; the destination has it, and will go on when its device does.
        using MigrationRun run = await pair.StartAsync(Multifd, cancellationToken: Token);
        await taking.WaitForAsync("loading", Token);
        await run.CancelAsync(Token);
        await taking.ClearAsync(stall, Token);
        VfioMigrationOutcome outcome = await pair.WaitForCompletionAsync(run, Token);

        RecordFact(outcome);
        string came = KnownMisbehaviour.Of(outcome);
        RecordFact("came to", came);
        known.Assert(came);
    }

    // What a migration came to, in words; the invariant of the other scenarios is just what these break.
    private async Task<string> ComeToAsync(VfioMigrationPair pair, MigrationOptions options, MigrationOptions? destinationOptions = null)
    {
        using MigrationRun run = await pair.StartAsync(options with { Timeout = HangTimeout }, destinationOptions, Token);
        VfioMigrationOutcome outcome = await pair.WaitForCompletionAsync(run, Token);
        RecordFact(outcome);
        string came = KnownMisbehaviour.Of(outcome);
        RecordFact("came to", came);
        return came;
    }
}
