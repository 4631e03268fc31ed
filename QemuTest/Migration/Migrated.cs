using NUnit.Framework.Constraints;

namespace QemuTest.Migration;

/// <summary>Constraints on a migration's outcome.</summary>
public static class Migrated
{
    /// <summary>Both sides say <c>completed</c>, the source's guest is stopped for good, and the destination's may run: exactly one of
    /// the two guests is alive.</summary>
    public static MigratedConstraint Completely => new();
}

/// <summary>Holds if a migration completed on both sides.</summary>
public sealed class MigratedConstraint : Constraint
{
    private static readonly string[] AliveStates = ["running", "paused", "prelaunch"];

    internal MigratedConstraint()
    {
    }

    /// <inheritdoc/>
    public override string Description => "completed on both sides, source postmigrate, destination running or paused";

    /// <inheritdoc/>
    public override ConstraintResult ApplyTo<TActual>(TActual actual)
    {
        if (actual is not MigrationOutcome outcome)
            throw new ArgumentException($"Migrated looks at a MigrationOutcome, not at {actual?.GetType().Name ?? "null"}.", nameof(actual));
        bool holds = outcome.Completed
            && outcome.Source.RunState == "postmigrate"
            && AliveStates.Contains(outcome.Destination.RunState);
        return new Result(this, outcome, holds);
    }

    private sealed class Result(IConstraint constraint, MigrationOutcome outcome, bool holds)
        : ConstraintResult(constraint, outcome, holds)
    {
        public override void WriteActualValueTo(MessageWriter writer) => writer.Write(outcome.ToString());
    }
}
