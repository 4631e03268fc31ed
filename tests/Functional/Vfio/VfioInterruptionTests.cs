using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>A migration that ends before the guest has moved, by a cancellation, a killed QEMU or a network failure: the guest stays on the
/// source, with its devices, and can migrate later.</summary>
[Thorough]
[Target("x86_64")]
[TestTimeout(120)]
public sealed class VfioInterruptionTests : VfioScenarioTest
{
    private const int Devices = 2;
    private const int Port = 4444;
    private const int RelayPort = 5555;

    // Tens of MiB of memory at 64 KiB per second: pre-copy lasts until it is interrupted, on a slow host too.
    private static readonly MigrationOptions Slow = Multifd with { MaxBandwidth = 1 << 16 };

    [Test]
    public async Task After_a_cancellation_in_pre_copy_the_guest_runs([Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer)
    {
        VfioMigrationPair<LabMachine> pair = await StartAsync(transfer);
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(pair.Source);

        using MigrationRun run = await pair.StartAsync(Slow, cancellationToken: Token);
        await run.WaitForSourceAsync(MigrationStatus.Active, Token);
        await run.WaitForDestinationAsync(MigrationStatus.Active, Token);
        await run.CancelAsync(Token);
        VfioMigrationOutcome outcome = await WaitForCompletionAsync(pair, run);

        await AssertCancelledAsync(outcome, pair, contents);
    }

    [Test]
    public async Task After_a_cancellation_in_pre_switchover_the_guest_runs_again([Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer)
    {
        VfioMigrationPair<LabMachine> pair = await StartAsync(transfer);
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(pair.Source);

        using MigrationRun run = await pair.StartAsync(Multifd with { MaxBandwidth = 0, PauseBeforeSwitchover = true }, cancellationToken: Token);
        await run.WaitForSourceAsync(MigrationStatus.PreSwitchover, Token);
        await run.CancelAsync(Token);
        VfioMigrationOutcome outcome = await WaitForCompletionAsync(pair, run);

        Assert.That(outcome.Source.Events, Has.Some.TypeOf<StopEvent>().And.Some.TypeOf<ResumeEvent>());
        await AssertCancelledAsync(outcome, pair, contents);
    }

    [Test]
    public async Task The_guest_runs_when_the_destination_is_killed_in_pre_copy([Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer)
    {
        VfioMigrationPair<LabMachine> pair = await StartAsync(transfer);
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(pair.Source);

        using MigrationRun run = await pair.StartAsync(Slow, cancellationToken: Token);
        await run.WaitForDestinationAsync(MigrationStatus.Active, Token);
        await pair.Destination.KillAsync(Token);
        VfioMigrationOutcome outcome = await WaitForCompletionAsync(pair, run);

        AssertDestinationWasKilled(outcome);
        await AssertGuestLivesOnAsync(pair.Source, contents);
    }

    [Test]
    public async Task A_destination_does_not_run_half_a_guest_when_the_source_is_killed_in_pre_copy([Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer)
    {
        VfioMigrationPair<LabMachine> pair = await StartAsync(transfer);

        using MigrationRun run = await pair.StartAsync(Slow, cancellationToken: Token);
        await run.WaitForDestinationAsync(MigrationStatus.Active, Token);
        await pair.Source.KillAsync(Token);
        // The guest is lost with its QEMU: the fixture's WaitForCompletionAsync would fail.
        VfioMigrationOutcome outcome = await pair.WaitForCompletionAsync(run, Token);
        RecordFact(outcome);

        Assert.Multiple(() =>
        {
            Assert.That(outcome.Source.Exit?.Signal, Is.EqualTo(9));
            Assert.That(outcome.Destination.Status, Is.EqualTo(MigrationStatus.Failed), outcome.ToString());
            Assert.That(outcome.Guests, Is.Empty, outcome.ToString());
        });
    }

    [Test]
    public async Task A_stalled_network_delays_the_migration([Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer)
    {
        VfioMigrationPair<LabMachine> pair = await StartAsync(transfer);
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(pair.Source);

        using MigrationRun run = await pair.StartAsync(Slow, cancellationToken: Token);
        await run.WaitForDestinationAsync(MigrationStatus.Active, Token);
        await Lab.SetLoopbackAsync(up: false, Token);
        await pair.Source.Qmp.MigrateSetParametersAsync(new MigrateSetParameters { MaxBandwidth = 0 }, cancellationToken: Token);
        // Long enough to lose data, which TCP sends again.
        await Task.Delay(TimeSpan.FromSeconds(2), Token);
        await Lab.SetLoopbackAsync(up: true, Token);
        VfioMigrationOutcome outcome = await WaitForCompletionAsync(pair, run);

        await AssertArrivedAsync(pair, outcome, contents, PathOf(transfer));
    }

    [Test]
    public async Task The_guest_stays_on_the_source_when_the_network_is_cut([Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer)
    {
        VfioMigrationPair<LabMachine> pair = await StartAsync(transfer);
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(pair.Source);
        LabRelay relay = await Lab.StartRelayAsync(RelayPort, Port, Token);

        using MigrationRun run = await pair.StartAsync(Slow with { SourceUri = $"tcp:127.0.0.1:{relay.Port}" }, cancellationToken: Token);
        await run.WaitForDestinationAsync(MigrationStatus.Active, Token);
        await relay.CutAsync(Token);
        VfioMigrationOutcome outcome = await WaitForCompletionAsync(pair, run);

        Assert.Multiple(() =>
        {
            Assert.That(outcome, Migrated.NotAtAll);
            Assert.That(outcome.Source.Status, Is.EqualTo(MigrationStatus.Failed), outcome.ToString());
            Assert.That(outcome.Destination.Status, Is.EqualTo(MigrationStatus.Failed), outcome.ToString());
        });
        await AssertGuestLivesOnAsync(pair.Source, contents);
    }

    private static void AssertDestinationWasKilled(VfioMigrationOutcome outcome) => Assert.Multiple(() =>
    {
        Assert.That(outcome, Migrated.NotAtAll);
        Assert.That(outcome.Source.Status, Is.EqualTo(MigrationStatus.Failed), outcome.ToString());
        Assert.That(outcome.Destination.Exit?.Signal, Is.EqualTo(9));
    });

    private Task<VfioMigrationPair<LabMachine>> StartAsync(OnOffAuto transfer) => Lab.StartPairAsync(
        Devices,
        new VfioMachineOptions { Transfer = transfer, FilledMemory = true },
        cancellationToken: Token);

    private async Task AssertCancelledAsync(
        VfioMigrationOutcome outcome, VfioMigrationPair<LabMachine> pair, IReadOnlyList<MttyContents> contents)
    {
        Assert.Multiple(() =>
        {
            Assert.That(outcome, Migrated.NotAtAll);
            Assert.That(outcome.Source.RunState, Is.EqualTo(RunState.Running));
            Assert.That(outcome.Destination.Status, Is.EqualTo(MigrationStatus.Failed), outcome.ToString());
        });
        await AssertGuestLivesOnAsync(pair.Source, contents);
        AssertRight(VfioFindings.CancelledIsCalledFailed, $"source {outcome.Source.Status}", VersionOf(pair.Source));
    }
}
