using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>Races in QEMU whose outcome is right or wrong from run to run: findings of docs/qemu-findings.md. A pass says that QEMU behaved
/// this time. In both cases the guest never runs twice.</summary>
[Thorough]
[Target("x86_64")]
[TestTimeout(180)]
public sealed class VfioCensusTests : VfioScenarioTest
{
    private static readonly VfioMachineOptions On = new();
    private static readonly VfioMachineOptions Off = new() { Transfer = OnOffAuto.Off };

    [Test]
    public async Task Multifd_state_for_a_destination_with_transfer_off_without_return_path()
    {
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(1, On, Off, Token);

        VfioMigrationOutcome outcome = await OutcomeOfAsync(pair, Multifd with { ReturnPath = false });

        await AssertRightAsync(VfioFindings.UnexpectedStateWithoutReturnPath, outcome.Summary);
    }

    [Test]
    public async Task Multifd_state_for_a_destination_with_transfer_off_with_return_path()
    {
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(1, On, Off, Token);

        VfioMigrationOutcome outcome = await OutcomeOfAsync(pair, Multifd);

        await AssertRightAsync(VfioFindings.UnexpectedState, outcome.Summary);
    }

    [Test]
    public async Task Multifd_with_several_devices_that_do_not_use_it()
    {
        // mtty has 24 ports.
        const int Devices = 8;
        const int Hops = 2;
        LabMachine guest = await Lab.StartMachineAsync("source", await Lab.CreateDevicesAsync(Devices, Token), Off, Token);

        // A crash is most likely with many devices whose threads have no work, and a source that was a destination.
        for (int hop = 1; hop <= Hops; hop++)
        {
            LabMachine next = await Lab.StartDestinationAsync($"hop-{hop}", Devices, Off, Token);
            VfioMigrationOutcome outcome = await OutcomeOfAsync(new VfioMigrationPair<LabMachine>(guest, next), Multifd);
            if (!outcome.Completed)
                Assert.That(outcome.Source.Reasons, Does.Contain($"{VfioFindings.SourceAborts.Crashes[0]}"), outcome.Summary);
            AssertRight(VfioFindings.SourceAborts, outcome.Summary, VersionOf(guest));
            await guest.QuitAsync(Token);
            guest = next;
        }
    }

    [TestCase(OnOffAuto.On)]
    [TestCase(OnOffAuto.Off)]
    public async Task A_second_migration_of_a_source_that_lost_its_channels_in_setup(OnOffAuto transfer)
    {
        var options = new VfioMachineOptions { Transfer = transfer };
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(1, options, cancellationToken: Token);
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(pair.Source);
        using MigrationRun run = await pair.StartAsync(Multifd with { Timeout = HangTimeout }, WithoutMultifd, Token);
        VfioMigrationOutcome first = await WaitForCompletionAsync(pair, run);
        await AssertDevicesAsync(pair.Source, contents);

        string outcome = first.Summary;
        if (first.Source.Status == MigrationStatus.Failed)
        {
            Assert.That(first.Destination.Reasons, Does.Contain("Extra incoming migration connection; ignoring"));
            outcome = await MigrateAgainAsync();
        }

        await AssertRightAsync(VfioFindings.LostChannels, outcome);

        async Task<string> MigrateAgainAsync()
        {
            LabMachine another = await Lab.StartDestinationAsync("another-destination", 1, options, Token);
            try
            {
                await AssertMigratesAsync(
                    new VfioMigrationPair<LabMachine>(pair.Source, another), Multifd with { Uri = "tcp:127.0.0.1:4445" }, PathOf(transfer));
                return VfioFindings.LostChannels.RightOutcomes[0];
            }
            catch (QmpCommandException refusal)
            {
                return refusal.Description;
            }
        }
    }

    [Test]
    public async Task A_destination_killed_in_pre_switchover([Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer)
    {
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(
            2, new VfioMachineOptions { Transfer = transfer, FilledMemory = true }, cancellationToken: Token);
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(pair.Source);

        using MigrationRun run = await pair.StartAsync(Multifd with { MaxBandwidth = 0, PauseBeforeSwitchover = true }, cancellationToken: Token);
        await run.WaitForSourceAsync(MigrationStatus.PreSwitchover, Token);
        await pair.Destination.KillAsync(Token);
        await run.ContinueAsync(Token);
        VfioMigrationOutcome outcome = await pair.WaitForCompletionAsync(run, Token);
        RecordFact(outcome);

        AssertRight(VfioFindings.DestinationDies, outcome.Summary, VersionOf(pair.Source));
        await AssertGuestLivesOnAsync(pair.Source, contents);
    }
}
