using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>What a manager sees: the events of the migration, the guest and the device, on both sides, in order. The way that the
/// device's state takes makes no difference.</summary>
[Thorough]
[Area("Vfio")]
[Target("x86_64")]
[TestTimeout(120)]
public sealed class VfioEventTests : VfioScenarioTest
{
    private static readonly TimeSpan LastEventTimeout = TimeSpan.FromSeconds(30);

    // A word with a dash or in lower case alone is a state of the device.
    private const string Completed =
        "MIGRATION setup, pre-copy, MIGRATION active, pre-copy-p2p, stop-copy, STOP, MIGRATION device, MIGRATION completed, stop";
    private const string Taken = "MIGRATION setup, MIGRATION active, resuming, RESUME, running-p2p, running, MIGRATION completed";
    private const string CompletedPaused =
        "MIGRATION setup, pre-copy, MIGRATION active, MIGRATION device, stop-copy, MIGRATION completed, stop";
    private const string TakenPaused = "MIGRATION setup, MIGRATION active, resuming, MIGRATION completed";
    private const string CancelledEarly = "MIGRATION setup, pre-copy, MIGRATION active, MIGRATION cancelling, MIGRATION cancelled, running";
    private const string CancelledEarlySince11 =
        "MIGRATION setup, pre-copy, MIGRATION active, MIGRATION cancelling, running, MIGRATION cancelled";
    private const string CancelledLate =
        "MIGRATION setup, pre-copy, MIGRATION active, pre-copy-p2p, stop-copy, STOP, MIGRATION pre-switchover, " +
        "MIGRATION cancelling, RESUME, running-p2p, running, MIGRATION cancelled";
    private const string CancelledLateSince11 =
        "MIGRATION setup, pre-copy, MIGRATION active, pre-copy-p2p, stop-copy, STOP, MIGRATION pre-switchover, " +
        "MIGRATION cancelling, running, RESUME, running-p2p, running, MIGRATION cancelled";

    [Test]
    [RerunAfterKnownCrash]
    public async Task A_running_guest_that_migrates([Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer)
    {
        VfioMigrationPair pair = await StartAsync(transfer);
        using Sequence source = new(pair.Source), destination = new(pair.Destination);

        await MigrateAsync(pair, Multifd);

        Assert.That(await source.UntilAsync("stop"), Is.EqualTo(Completed), "events of the source");
        Assert.That(await destination.UntilAsync("MIGRATION completed"), Is.EqualTo(Taken), "events of the destination");
    }

    [Test]
    [RerunAfterKnownCrash]
    public async Task A_paused_guest_that_migrates([Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer)
    {
        VfioMigrationPair pair = await StartAsync(transfer, paused: true);
        using Sequence source = new(pair.Source), destination = new(pair.Destination);

        await MigrateAsync(pair, Multifd);

        Assert.That(await source.UntilAsync("stop"), Is.EqualTo(CompletedPaused), "events of the source");
        Assert.That(await destination.UntilAsync("MIGRATION completed"), Is.EqualTo(TakenPaused), "events of the destination");

        using Sequence continued = new(pair.Destination);
        await pair.Destination.Qmp.ContAsync(cancellationToken: Token);
        Assert.That(await continued.UntilAsync("running"), Is.EqualTo("RESUME, running-p2p, running"), "events of cont");
    }

    [Test]
    [RerunAfterKnownCrash]
    public async Task A_migration_cancelled_in_pre_copy([Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer)
    {
        VfioMigrationPair pair = await StartAsync(transfer, filled: true);
        using Sequence source = new(pair.Source);

        // Without the return path: with it the end may be called failed (docs/qemu-findings.md).
        using MigrationRun run = await pair.StartAsync(Multifd with { MaxBandwidth = 1 << 20, ReturnPath = false }, cancellationToken: Token);
        await run.WaitForSourceAsync("active", Token);
        await run.CancelAsync(Token);
        await WaitForCompletionAsync(pair, run);

        Assert.That(await source.UntilAsync("running"), Is.EqualTo(CancelledEarly).Or.EqualTo(CancelledEarlySince11), "events of the source");
    }

    [Test]
    [RerunAfterKnownCrash]
    public async Task A_migration_cancelled_in_pre_switchover([Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer)
    {
        VfioMigrationPair pair = await StartAsync(transfer);
        using Sequence source = new(pair.Source);

        using MigrationRun run = await pair.StartAsync(Multifd with { PauseBeforeSwitchover = true }, cancellationToken: Token);
        await run.WaitForSourceAsync("pre-switchover", Token);
        await run.CancelAsync(Token);
        await WaitForCompletionAsync(pair, run);

        var known = new KnownMisbehaviour(
            "A device runs before its guest when a migration is cancelled late",
            Right: CancelledLate,
            [("11.1.3", CancelledLateSince11)],
            Race: true);
        string events = await source.UntilAsync("MIGRATION cancelled");
        RecordFact("events of the source", events);
        known.Assert(events);
    }

    [Test]
    [RerunAfterKnownCrash]
    public async Task Events_name_the_device()
    {
        VfioMigrationPair pair = await StartAsync(OnOffAuto.On);
        using QmpEventSubscription events = pair.Source.Qmp.Subscribe("VFIO_MIGRATION");

        await MigrateAsync(pair, Multifd);
        QmpEvent first = await events.NextAsync("VFIO_MIGRATION", LastEventTimeout, cancellationToken: Token);

        Assert.Multiple(() =>
        {
            Assert.That(first.GetString("device-id"), Is.EqualTo("hd0"));
            Assert.That(first.GetString("qom-path"), Is.EqualTo("/machine/peripheral/hd0"));
        });
    }

    private async Task<VfioMigrationPair> StartAsync(OnOffAuto transfer, bool paused = false, bool filled = false)
    {
        await RequireVfioPropertyAsync("migration-events");
        await RequireEventAsync("VFIO_MIGRATION");
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
        private readonly QmpEventSubscription _events = machine.Qmp.Subscribe("MIGRATION", "STOP", "RESUME", "VFIO_MIGRATION");

        /// <summary>The events so far, the awaited one and what came with it included.</summary>
        public async Task<string> UntilAsync(string last)
        {
            var seen = new List<string>();
            try
            {
                await _events.NextAsync(e => Add(e) == last, LastEventTimeout, last, Token);
            }
            catch (QmpTimeoutException)
            {
                // The comparison with what was expected tells more.
            }

            foreach (QmpEvent next in _events.Drain())
                Add(next);
            return string.Join(", ", seen);

            string Add(QmpEvent next)
            {
                // QEMU 11 tells of one more step on the way into a state.
                if (next.GetString("device-state") is { } state && state.EndsWith("-prepare", StringComparison.Ordinal))
                    return state;
                string name = next.GetString("device-state")
                    ?? (next.Name == "MIGRATION" ? $"MIGRATION {next.GetString("status")}" : next.Name);
                seen.Add(name);
                return name;
            }
        }

        public void Dispose() => _events.Dispose();
    }
}
