using NUnit.Framework.Constraints;
using QemuTest.Migration;

namespace QemuTest.NUnit;

/// <summary>A constraint on a <see cref="MigrationOutcome"/>; see <see cref="Migrated"/>.</summary>
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
        : throw new ArgumentException($"Migrated needs a MigrationOutcome, not {actual?.GetType().Name ?? "null"}.", nameof(actual));

    private sealed class Result(IConstraint constraint, MigrationOutcome outcome, bool holds)
        : ConstraintResult(constraint, outcome, holds)
    {
        public override void WriteActualValueTo(MessageWriter writer) => writer.Write(outcome.ToString());
    }
}
