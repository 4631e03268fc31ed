using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>The events that a management program sees: of the migration, the guest and the device, on both sides, in order. They do not
/// depend on the path of the device's state.</summary>
[Thorough]
[Target("x86_64")]
[TestTimeout(120)]
public sealed class VfioEventTests : VfioScenarioTest
{
    private static readonly TimeSpan LastEventTimeout = TimeSpan.FromSeconds(30);

    // Words in lower case alone are states of the device.
    private const string Completed =
        "MIGRATION setup, pre-copy, MIGRATION active, pre-copy-p2p, stop-copy, STOP, MIGRATION device, MIGRATION completed, stop";
    private const string Loaded = "MIGRATION setup, MIGRATION active, resuming, RESUME, running-p2p, running, MIGRATION completed";
    private const string CompletedPaused =
        "MIGRATION setup, pre-copy, MIGRATION active, MIGRATION device, stop-copy, MIGRATION completed, stop";
    private const string LoadedPaused = "MIGRATION setup, MIGRATION active, resuming, MIGRATION completed";
    private const string CancelledEarly = "MIGRATION setup, pre-copy, MIGRATION active, MIGRATION cancelling, MIGRATION cancelled, running";
    private const string CancelledEarlySince11 =
        "MIGRATION setup, pre-copy, MIGRATION active, MIGRATION cancelling, running, MIGRATION cancelled";

    [Test]
    public async Task A_running_guest_migrates([Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer)
    {
        VfioMigrationPair<LabMachine> pair = await StartAsync(transfer);
        using Sequence source = new(pair.Source), destination = new(pair.Destination);

        await MigrateAsync(pair, Multifd);

        Assert.That(await source.UntilAsync("stop"), Is.EqualTo(Completed), "events of the source");
        Assert.That(await destination.UntilAsync("MIGRATION completed"), Is.EqualTo(Loaded), "events of the destination");
    }

    [Test]
    public async Task A_paused_guest_migrates([Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer)
    {
        VfioMigrationPair<LabMachine> pair = await StartAsync(transfer, paused: true);
        using Sequence source = new(pair.Source), destination = new(pair.Destination);

        await MigrateAsync(pair, Multifd);

        Assert.That(await source.UntilAsync("stop"), Is.EqualTo(CompletedPaused), "events of the source");
        Assert.That(await destination.UntilAsync("MIGRATION completed"), Is.EqualTo(LoadedPaused), "events of the destination");

        using Sequence continued = new(pair.Destination);
        await pair.Destination.Qmp.ContAsync(cancellationToken: Token);
        Assert.That(await continued.UntilAsync("running"), Is.EqualTo("RESUME, running-p2p, running"), "events of cont");
    }

    [Test]
    public async Task A_migration_cancelled_in_pre_copy([Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer)
    {
        VfioMigrationPair<LabMachine> pair = await StartAsync(transfer, filled: true);
        using Sequence source = new(pair.Source);

        // With the return path the final status may be failed (docs/qemu-findings.md, "A migration that was cancelled is called failed").
        using MigrationRun run = await pair.StartAsync(Multifd with { MaxBandwidth = 1 << 16, ReturnPath = false }, cancellationToken: Token);
        await run.WaitForSourceAsync(MigrationStatus.Active, Token);
        await run.CancelAsync(Token);
        await WaitForCompletionAsync(pair, run);

        Assert.That(await source.UntilAsync("running"), Is.EqualTo(CancelledEarly).Or.EqualTo(CancelledEarlySince11), "events of the source");
    }

    [Test]
    public async Task A_migration_cancelled_in_pre_switchover([Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer)
    {
        VfioMigrationPair<LabMachine> pair = await StartAsync(transfer);
        using Sequence source = new(pair.Source);

        using MigrationRun run = await pair.StartAsync(Multifd with { PauseBeforeSwitchover = true }, cancellationToken: Token);
        await run.WaitForSourceAsync(MigrationStatus.PreSwitchover, Token);
        await run.CancelAsync(Token);
        await WaitForCompletionAsync(pair, run);

        AssertRight(VfioFindings.DeviceRunsFirst, await source.UntilAsync("MIGRATION cancelled"), VersionOf(pair.Source));
    }

    [Test]
    public async Task Events_name_the_device()
    {
        VfioMigrationPair<LabMachine> pair = await StartAsync(OnOffAuto.On);
        VfioMigrationOutcome outcome = await MigrateAsync(pair, Multifd);

        VfioMigrationEvent first = outcome.Source.Events.OfType<VfioMigrationEvent>().First();
        Assert.Multiple(() =>
        {
            Assert.That(first.DeviceId, Is.EqualTo("hd0"));
            Assert.That(first.QomPath, Is.EqualTo("/machine/peripheral/hd0"));
        });
    }

    private async Task<VfioMigrationPair<LabMachine>> StartAsync(OnOffAuto transfer, bool paused = false, bool filled = false)
    {
        await RequireVfioPropertyAsync("migration-events");
        await RequireEventAsync(VfioMigrationEvent.EventName);
        return await Lab.StartPairAsync(
            1,
            new VfioMachineOptions
            {
                Transfer = transfer,
                Paused = paused,
                FilledMemory = filled,
                DeviceProperties = new Dictionary<string, string> { ["migration-events"] = "on" },
            },
            cancellationToken: Token);
    }

    private sealed class Sequence(LabMachine machine) : IDisposable
    {
        private readonly QmpEventSubscription _events = machine.Qmp.Subscribe(
            MigrationEvent.EventName, StopEvent.EventName, ResumeEvent.EventName, VfioMigrationEvent.EventName);

        private readonly QmpEventSubscription _awaited = machine.Qmp.Subscribe(MigrationEvent.EventName, VfioMigrationEvent.EventName);

        /// <summary>Waits for an event, and returns all events so far.</summary>
        public async Task<string> UntilAsync(string last)
        {
            string name = last.StartsWith(MigrationEvent.EventName, StringComparison.Ordinal) ? MigrationEvent.EventName : VfioMigrationEvent.EventName;
            try
            {
                await _awaited.NextAsync(name, LastEventTimeout, e => WordsOf(e) == last, Token);
            }
            catch (QmpTimeoutException)
            {
                // The comparison with the expected events says more.
            }

            return string.Join(", ", _events.Drain().Select(WordsOf).Where(words => !words.EndsWith("-prepare", StringComparison.Ordinal)));
        }

        public void Dispose()
        {
            _events.Dispose();
            _awaited.Dispose();
        }

        // QEMU 11 announces one more step, NAME-prepare, on the way to a state.
        private static string WordsOf(QmpEvent e) => QmpEvents.Decode(e) switch
        {
            VfioMigrationEvent device => device.DeviceState.Value,
            MigrationEvent migration => $"{MigrationEvent.EventName} {migration.Status}",
            QapiEvent other => other.QmpName,
        };
    }
}
