namespace QemuTest.Migration;

/// <summary>What a migration came to, seen from both sides: either alone has been seen to be wrong.</summary>
public sealed record MigrationOutcome
{
    /// <summary>What was asked for.</summary>
    public required MigrationOptions Options { get; init; }

    /// <summary>The side that the guest left.</summary>
    public required MigrationSide Source { get; init; }

    /// <summary>The side that the guest went to.</summary>
    public required MigrationSide Destination { get; init; }

    /// <summary>Both sides say <c>completed</c>.</summary>
    public bool Completed => Source.Status == "completed" && Destination.Status == "completed";

    /// <summary>How long the guest stood still, seen from outside: from the source's STOP to the destination's RESUME, by the time stamps of
    /// these events. The source's own figure is <see cref="MigrationSide.Downtime"/>. Null where the guest did not run before, or does
    /// not run now. Between two hosts it is as good as their clocks agree.</summary>
    public TimeSpan? Outage =>
        Completed && Source.Events.LastOrDefault(e => e.Name == "STOP") is { } stop && Destination.Events.LastOrDefault(e => e.Name == "RESUME") is { } resume
            ? resume.Timestamp - stop.Timestamp
            : null;

    /// <summary>The sides whose guest runs, or may be made to run with <c>cont</c>. There must be exactly one of them, whatever the
    /// migration came to: with two the guest runs twice, on one set of disks; with none it is lost.</summary>
    public IReadOnlyList<MigrationSide> Guests => [.. new[] { Source, Destination }.Where(side => side.HasGuest)];

    /// <inheritdoc/>
    public override string ToString() => $"{Source}; {Destination}";
}
