using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>A running guest runs on the destination, and a paused guest stays paused there; its devices load their state when it
/// continues.</summary>
[Thorough]
[Target("x86_64")]
[TestTimeout(120)]
public sealed class VfioGuestStateTests : VfioScenarioTest
{
    private const int Devices = 2;

    [Test]
    public async Task A_running_guest_runs_on_the_destination([Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer)
    {
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(Devices, new VfioMachineOptions { Transfer = transfer }, cancellationToken: Token);

        VfioMigrationOutcome outcome = await AssertMigratesAsync(pair, Multifd, PathOf(transfer));

        Assert.Multiple(() =>
        {
            Assert.That(outcome.Destination.RunState, Is.EqualTo(RunState.Running));
            Assert.That(outcome.Source.Events, Has.Some.TypeOf<StopEvent>());
            Assert.That(outcome.Destination.Events, Has.Some.TypeOf<ResumeEvent>());
            Assert.That(outcome.Outage, Is.GreaterThan(TimeSpan.Zero));
        });
    }

    [Test]
    public async Task A_paused_guest_is_paused_on_the_destination([Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer)
    {
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(
            Devices, new VfioMachineOptions { Transfer = transfer, Paused = true }, cancellationToken: Token);
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(pair.Source);

        VfioMigrationOutcome outcome = await MigrateAsync(pair, Multifd);
        Assert.That(outcome.Destination.RunState, Is.EqualTo(RunState.Prelaunch), outcome.ToString());
        Assert.That(outcome.Outage, Is.Null, "outage of a paused guest");

        // The devices load their state when the guest runs.
        await pair.Destination.Qmp.ContAsync(cancellationToken: Token);
        await AssertArrivedAsync(pair, outcome, contents, PathOf(transfer));
    }
}
