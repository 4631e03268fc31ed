using QemuTest.Qmp;

namespace QemuTest.Migration;

/// <summary>The outcome of a migration, seen from both sides: either side alone can be wrong.</summary>
public record MigrationOutcome
{
    /// <summary>Creates an outcome.</summary>
    /// <param name="options">The options of the source.</param>
    /// <param name="source">The side that the guest left.</param>
    /// <param name="destination">The side that the guest went to.</param>
    public MigrationOutcome(MigrationOptions options, MigrationSide source, MigrationSide destination)
    {
        Options = options;
        Source = source;
        Destination = destination;
    }

    /// <summary>Gets the options of the source.</summary>
    public MigrationOptions Options { get; }

    /// <summary>Gets the side that the guest left.</summary>
    public virtual MigrationSide Source { get; }

    /// <summary>Gets the side that the guest went to.</summary>
    public virtual MigrationSide Destination { get; }

    /// <summary>Gets whether both sides say <c>completed</c>.</summary>
    public bool Completed => Source.Status == MigrationStatus.Completed && Destination.Status == MigrationStatus.Completed;

    /// <summary>Gets the downtime seen from outside: the time between the source's STOP and the destination's RESUME, by the time stamps
    /// of these events. The source's own figure is <see cref="MigrationSide.Downtime"/>. Null where the guest did not run before,
    /// or does not run now. Between two hosts, it is as exact as their clocks agree.</summary>
    public TimeSpan? Outage =>
        Completed
        && Source.Events.OfType<StopEvent>().LastOrDefault() is { } stop
        && Destination.Events.OfType<ResumeEvent>().LastOrDefault() is { } resume
            ? resume.Timestamp - stop.Timestamp
            : null;

    /// <summary>Gets the sides that have the guest. There must be exactly one, whatever the outcome: with two, the guest
    /// runs twice, on one set of disks; with none, it is lost.</summary>
    public IReadOnlyList<MigrationSide> Guests => [.. new[] { Source, Destination }.Where(side => side.HasGuest)];

    /// <inheritdoc/>
    public sealed override string ToString() => $"{Source}; {Destination}";
}
