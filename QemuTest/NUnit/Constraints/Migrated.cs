using QemuTest.Migration;
using QemuTest.Qmp;

namespace QemuTest.NUnit;

/// <summary>Constraints on a <see cref="MigrationOutcome"/>.</summary>
public static class Migrated
{
    /// <summary>Gets a constraint: both sides say <c>completed</c>, the source's guest is stopped for good, and the destination has the
    /// guest.</summary>
    public static MigratedConstraint Completely => new(
        "completed on both sides, source in postmigrate, guest on the destination",
        outcome => outcome.Completed && outcome.Source.RunState == RunState.Postmigrate && outcome.Destination.HasGuest);

    /// <summary>Gets a constraint: the source says <c>failed</c> or <c>cancelled</c> and still has the guest; the destination does not
    /// have it.</summary>
    public static MigratedConstraint NotAtAll => new(
        "failed or cancelled on the source, which has the guest; no guest on the destination",
        outcome => (outcome.Source.Status == MigrationStatus.Failed || outcome.Source.Status == MigrationStatus.Cancelled)
            && outcome.Destination.Status != MigrationStatus.Completed
            && HasOneGuest(outcome) && outcome.Source.HasGuest);

    /// <summary>Gets a constraint: exactly one side has the guest, whatever the status. A run state that does not tell is
    /// refused.</summary>
    public static MigratedConstraint WithOneGuest => new("a guest on exactly one side", HasOneGuest);

    private static bool HasOneGuest(MigrationOutcome outcome) =>
        outcome.Guests.Count == 1 && !outcome.Source.HasUnknownGuest && !outcome.Destination.HasUnknownGuest;
}
