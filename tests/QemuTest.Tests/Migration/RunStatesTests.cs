using QemuTest.Migration;
using QemuTest.NUnit;
using QemuTest.Qmp;

namespace QemuTest.Tests.Migration;

[Quick]
public sealed class RunStatesTests
{
    private static readonly Dictionary<string, GuestPresence> Expected = new()
    {
        ["debug"] = GuestPresence.Present,
        ["inmigrate"] = GuestPresence.Absent,
        ["internal-error"] = GuestPresence.Present,
        ["io-error"] = GuestPresence.Present,
        ["paused"] = GuestPresence.Present,
        ["postmigrate"] = GuestPresence.Absent,
        ["prelaunch"] = GuestPresence.Present,
        ["finish-migrate"] = GuestPresence.Absent,
        ["restore-vm"] = GuestPresence.Present,
        ["running"] = GuestPresence.Present,
        ["save-vm"] = GuestPresence.Present,
        ["shutdown"] = GuestPresence.Present,
        ["suspended"] = GuestPresence.Present,
        ["watchdog"] = GuestPresence.Present,
        ["guest-panicked"] = GuestPresence.Present,
        ["colo"] = GuestPresence.Unknown,
    };

    [Test]
    public void Every_known_run_state_says_whether_the_guest_is_there() => Assert.That(
        RunState.Known.ToDictionary(state => state.Value, RunStates.GuestIn), Is.EquivalentTo(Expected));

    [Test]
    public void A_run_state_of_a_newer_QEMU_is_unknown() =>
        Assert.That(RunStates.GuestIn(RunState.Named("dreaming")), Is.EqualTo(GuestPresence.Unknown));

    [TestCase(MonitorState.Answering, "suspended", GuestPresence.Present)]
    [TestCase(MonitorState.Answering, "dreaming", GuestPresence.Unknown)]
    [TestCase(MonitorState.NoAnswer, null, GuestPresence.Unknown)]
    [TestCase(MonitorState.Gone, null, GuestPresence.Absent)]
    public void A_side_without_a_run_state_goes_by_its_monitor(MonitorState monitor, string? runState, GuestPresence guest) =>
        Assert.That(Side("one", monitor, "failed", runState).Guest, Is.EqualTo(guest));

    [TestCase("completed", "postmigrate", "completed", "running", true)]
    [TestCase("completed", "postmigrate", "completed", "suspended", true)]
    [TestCase("completed", "postmigrate", "failed", "inmigrate", false)]
    [TestCase("completed", "running", "completed", "running", false)]
    [TestCase("completed", "postmigrate", "completed", "dreaming", false)]
    public void A_complete_migration_has_the_guest_on_the_destination(string source, string sourceState, string destination, string destinationState, bool holds) =>
        Assert.That(Migrated.Completely.ApplyTo(Outcome(source, sourceState, destination, destinationState)).IsSuccess, Is.EqualTo(holds));

    [TestCase("failed", "running", "failed", "inmigrate", true)]
    [TestCase("cancelled", "suspended", "failed", "inmigrate", true)]
    [TestCase("failed", "running", "completed", "inmigrate", false)]
    [TestCase("failed", "running", "failed", "paused", false)]
    [TestCase("failed", "postmigrate", "failed", "inmigrate", false)]
    [TestCase("active", "running", "failed", "inmigrate", false)]
    [TestCase("failed", "running", "failed", "dreaming", false)]
    public void A_failed_migration_has_the_guest_on_the_source(string source, string sourceState, string destination, string destinationState, bool holds) =>
        Assert.That(Migrated.NotAtAll.ApplyTo(Outcome(source, sourceState, destination, destinationState)).IsSuccess, Is.EqualTo(holds));

    [Test]
    public void One_guest_beside_a_monitor_without_answer_is_one_guest() => Assert.That(
        new MigrationOutcome(new(), Side("one", MonitorState.Answering, "failed", "running"), Side("two", MonitorState.NoAnswer, "active", null)),
        Migrated.WithOneGuest);

    [Test]
    public void An_outcome_says_which_run_state_does_not_tell() => Assert.That(
        Outcome("completed", "postmigrate", "completed", "dreaming").ToString(),
        Is.EqualTo("one: completed, postmigrate; two: completed, dreaming (does not say whether the guest is here)"));

    [Test]
    public void An_outcome_names_monitors_that_do_not_answer() => Assert.That(
        new MigrationOutcome(new(), Side("one", MonitorState.NoAnswer, "active", null), Side("two", MonitorState.Gone, "active", null)).ToString(),
        Is.EqualTo("one: no answer; two: gone"));

    private static MigrationOutcome Outcome(string source, string sourceState, string destination, string destinationState) => new(
        new(),
        Side("one", MonitorState.Answering, source, sourceState),
        Side("two", MonitorState.Answering, destination, destinationState));

    private static MigrationSide Side(string name, MonitorState monitor, string status, string? runState) => new()
    {
        Name = name,
        Monitor = monitor,
        RunState = runState is null ? null : RunState.Named(runState),
        Statistics = new MigrationInfo { Status = MigrationStatus.Named(status) },
        Events = [],
    };
}
