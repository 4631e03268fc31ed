using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>Races in QEMU whose outcome is right or wrong from run to run. Each test records which it was this time, under the finding of
/// docs/qemu-findings.md, and asserts what holds in both cases: the outcome is known, and the guest never runs twice. A pass does not
/// say that QEMU behaves: hence the category <c>Census</c>.</summary>
[Thorough]
[Area("Vfio")]
[Target("x86_64")]
[Category(Census)]
[TestTimeout(180)]
public sealed class VfioCensusTests : VfioScenarioTest
{
    private static readonly VfioMachineOptions On = new();
    private static readonly VfioMachineOptions Off = new() { Transfer = OnOffAuto.Off };

    [Test]
    public async Task Multifd_state_for_a_destination_with_transfer_off_without_return_path()
    {
        var known = new KnownMisbehavior(
            "The destination hangs on state that it does not expect",
            Right: CompletedAndFailed, // without the return path the source cannot know
            ("10.0.2, 10.0.13, 11.1.3", CompletedAndHung),
            ("10.0.13", BothFailed));
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(1, On, Off, Token);

        RecordCensus(known, await OutcomeOfAsync(pair, Multifd with { ReturnPath = false }));
    }

    [Test]
    public async Task Multifd_state_for_a_destination_with_transfer_off_with_return_path()
    {
        var known = new KnownMisbehavior(
            "The destination hangs on state that it does not expect",
            Right: BothFailed,
            ("10.0.2, 10.0.13, 11.1.3", DeviceAndHung),
            ("10.0.2", CompletedAndHung),
            ("10.0.2, 11.1.3", CompletedAndFailed),
            ("10.0.2", "source no answer, destination active, guest on neither"),
            ("10.0.2", "source failed, destination no answer, guest on source"));
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(1, On, Off, Token);

        RecordCensus(known, await OutcomeOfAsync(pair, Multifd));
    }

    [Test]
    public async Task Multifd_with_several_devices_that_do_not_use_it()
    {
        const string Completed = "source completed, destination completed, guest on destination";
        var known = new KnownMisbehavior(
            RerunAfterKnownCrashAttribute.Finding,
            Right: Completed,
            ("10.0.2", "source gone, destination failed, guest on neither, source ended with signal 6 (SIGABRT)"));
        // mtty has 24 ports.
        const int Devices = 8;
        const int Hops = 2;
        LabMachine guest = await Lab.StartMachineAsync("source", await Lab.CreateDevicesAsync(Devices, Token), Off, Token);

        // A crash is most likely with many devices whose threads have no work, and a source that was a destination.
        string outcome = Completed;
        for (int hop = 1; hop <= Hops && outcome == Completed; hop++)
        {
            LabMachine next = await Lab.StartDestinationAsync($"hop-{hop}", Devices, Off, Token);
            outcome = await OutcomeOfAsync(new VfioMigrationPair<LabMachine>(guest, next), Multifd);
            if (outcome == Completed)
                await guest.QuitAsync(Token);
            guest = next;
        }

        RecordCensus(known, outcome);
    }

    [TestCase(OnOffAuto.On)]
    [TestCase(OnOffAuto.Off)]
    public async Task A_second_migration_of_a_source_that_lost_its_channels_in_setup(OnOffAuto transfer)
    {
        const string Migrates = "migrates";
        var known = new KnownMisbehavior(
            "A source that lost its channels in setup may never migrate again",
            Right: Migrates,
            ("10.0.2", "duplicate yank instance"),
            ("10.0.2 to 11.1.3, 11.1.3", SetupAndHung));
        var options = new VfioMachineOptions { Transfer = transfer };
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(1, options, cancellationToken: Token);
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(pair.Source);
        using MigrationRun run = await pair.StartAsync(Multifd with { Timeout = HangTimeout }, WithoutMultifd, Token);
        VfioMigrationOutcome first = await WaitForCompletionAsync(pair, run);
        await AssertDevicesAsync(pair.Source, contents);

        string outcome = KnownMisbehavior.Of(first);
        if (first.Source.Status == MigrationStatus.Failed)
        {
            Assert.That(first.Destination.Reasons, Does.Contain("Extra incoming migration connection; ignoring"));
            outcome = await MigrateAgainAsync();
        }

        RecordCensus(known, outcome);

        async Task<string> MigrateAgainAsync()
        {
            LabMachine another = await Lab.StartDestinationAsync("another-destination", 1, options, Token);
            try
            {
                await AssertMigratesAsync(
                    new VfioMigrationPair<LabMachine>(pair.Source, another), Multifd with { Uri = "tcp:127.0.0.1:4445" }, PathOf(transfer));
                return Migrates;
            }
            catch (QmpCommandException refusal)
            {
                return refusal.Description;
            }
        }
    }

    [Test]
    [RerunAfterKnownCrash]
    public async Task A_destination_killed_in_pre_switchover([Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer)
    {
        var known = new KnownMisbehavior(
            "A source whose destination dies in the switchover may hang",
            Right: "source failed, destination gone, guest on source, destination ended with signal 9 (SIGKILL)",
            ("10.0.2", "source no answer, destination gone, guest on neither, destination ended with signal 9 (SIGKILL)"));
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(
            2, new VfioMachineOptions { Transfer = transfer, FilledMemory = true }, cancellationToken: Token);
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(pair.Source);

        using MigrationRun run = await pair.StartAsync(Multifd with { MaxBandwidth = 0, PauseBeforeSwitchover = true }, cancellationToken: Token);
        await run.WaitForSourceAsync(MigrationStatus.PreSwitchover, Token);
        await pair.Destination.KillAsync(Token);
        await run.ContinueAsync(Token);
        VfioMigrationOutcome outcome = await pair.WaitForCompletionAsync(run, Token);
        RecordFact(outcome);

        string words = KnownMisbehavior.Of(outcome);
        RecordCensus(known, words);
        if (words == known.Right)
            await AssertGuestLivesOnAsync(pair.Source, contents);
    }
}
