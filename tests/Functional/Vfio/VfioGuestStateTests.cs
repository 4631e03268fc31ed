using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>A guest goes on as it was: one that ran runs, one that was paused waits, with its devices' state on the way until then.</summary>
[Thorough]
[Area("Vfio")]
[Target("x86_64")]
[TestTimeout(120)]
public sealed class VfioGuestStateTests : VfioScenarioTest
{
    private const int Devices = 2;

    [Test]
    [RerunAfterKnownCrash]
    public async Task A_running_guest_runs_on_the_destination([Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer)
    {
        VfioMigrationPair pair = await Lab.StartPairAsync(Devices, new VfioMachineOptions { Transfer = transfer }, cancellationToken: Token);

        VfioMigrationOutcome outcome = await AssertMigratesAsync(pair, Multifd, PathOf(transfer));

        Assert.Multiple(() =>
        {
            Assert.That(outcome.Migration.Destination.RunState, Is.EqualTo("running"));
            Assert.That(outcome.Migration.Source.Events.Select(e => e.Name), Does.Contain("STOP"));
            Assert.That(outcome.Migration.Destination.Events.Select(e => e.Name), Does.Contain("RESUME"));
            Assert.That(outcome.Migration.Outage, Is.GreaterThan(TimeSpan.Zero));
        });
    }

    [Test]
    [RerunAfterKnownCrash]
    public async Task A_paused_guest_waits_on_the_destination([Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer)
    {
        VfioMigrationPair pair = await Lab.StartPairAsync(
            Devices, new VfioMachineOptions { Transfer = transfer, Paused = true }, cancellationToken: Token);
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(pair.Source);

        VfioMigrationOutcome outcome = await MigrateAsync(pair, Multifd);
        Assert.That(outcome.Migration.Destination.RunState, Is.EqualTo("prelaunch"), outcome.Migration.ToString());
        Assert.That(outcome.Migration.Outage, Is.Null, "a guest that did not run cannot stand still");

        // The devices take their state when the guest runs, not before.
        await pair.Destination.Qmp.ContAsync(cancellationToken: Token);
        await AssertArrivedAsync(pair, outcome, contents, PathOf(transfer));
    }
}
