using NUnit.Framework.Constraints;
using QemuTest.Migration;

namespace QemuTest.NUnit;

/// <summary>Constraints on a migration's outcome.</summary>
public static class Migrated
{
    /// <summary>Both sides say <c>completed</c>, the source's guest is stopped for good, and the destination's may run: exactly one of
    /// the two guests is alive.</summary>
    public static MigratedConstraint Completely => new(
        "completed on both sides, source postmigrate, destination running or paused",
        outcome => outcome is { Completed: true, Source.RunState: "postmigrate", Destination.HasGuest: true });

    /// <summary>The source says <c>failed</c> or <c>cancelled</c>, and its guest, and no other, may run.</summary>
    public static MigratedConstraint NotAtAll => new(
        "failed or cancelled on the source, which has the guest; no guest on the destination",
        outcome => outcome is { Source: { Status: "failed" or "cancelled", HasGuest: true }, Destination: { Status: not "completed", HasGuest: false } });

    /// <summary>Exactly one of the two guests may run, whatever the migration came to.</summary>
    public static MigratedConstraint WithOneGuest => new("exactly one guest that runs or may be continued", outcome => outcome.Guests.Count == 1);
}

/// <summary>Holds if a migration came to what is described.</summary>
public sealed class MigratedConstraint : Constraint
{
    private readonly Predicate<MigrationOutcome> _holds;

    internal MigratedConstraint(string description, Predicate<MigrationOutcome> holds)
    {
        Description = description;
        _holds = holds;
    }

    /// <inheritdoc/>
    public override string Description { get; }

    /// <inheritdoc/>
    public override ConstraintResult ApplyTo<TActual>(TActual actual) => actual is MigrationOutcome outcome
        ? new Result(this, outcome, _holds(outcome))
        : throw new ArgumentException($"Migrated looks at a MigrationOutcome, not at {actual?.GetType().Name ?? "null"}.", nameof(actual));

    private sealed class Result(IConstraint constraint, MigrationOutcome outcome, bool holds)
        : ConstraintResult(constraint, outcome, holds)
    {
        public override void WriteActualValueTo(MessageWriter writer) => writer.Write(outcome.ToString());
    }
}
