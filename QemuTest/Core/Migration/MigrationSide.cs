using QemuTest.Qmp;

namespace QemuTest.Migration;

/// <summary>One side of a migration after its end: what its monitor says.</summary>
public record MigrationSide
{
    /// <summary>Gets the machine's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets whether the monitor still answered at the end.</summary>
    public required MonitorState Monitor { get; init; }

    /// <summary>Gets QEMU's migration status; null where the monitor did not answer to the end.</summary>
    public MigrationStatus? Status => Monitor == MonitorState.Answering ? Statistics?.Status ?? MigrationStatus.None : null;

    /// <summary>Gets QEMU's run state; null where the monitor did not answer.</summary>
    public RunState? RunState { get; init; }

    /// <summary>Gets QEMU's reason for a failure; null where it gives none.</summary>
    public string? Error => Statistics?.ErrorDesc;

    /// <summary>Gets the whole answer to <c>query-migrate</c>; null where there was none.</summary>
    public MigrationInfo? Statistics { get; init; }

    /// <summary>Gets whether the guest is here, by the run state.</summary>
    public GuestPresence Guest => RunState is { } state ? RunStates.GuestIn(state)
        : Monitor == MonitorState.Gone ? GuestPresence.Absent
        : GuestPresence.Unknown;

    /// <summary>Gets whether the guest is known to be here: it runs, or stands still and can be continued.</summary>
    public bool HasGuest => Guest == GuestPresence.Present;

    /// <summary>Gets the MIGRATION, STOP, RESUME and VFIO_MIGRATION events, in order.</summary>
    public required IReadOnlyList<QapiEvent> Events { get; init; }

    /// <summary>Gets the downtime that the source reports; null where it reports none.</summary>
    public TimeSpan? Downtime => Statistics?.Downtime is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

    /// <summary>Gets the number of bytes that the source reports as sent for VFIO devices; null where it reports none.</summary>
    public long? VfioBytes => Statistics?.Vfio?.Transferred;

    /// <summary>Gets the status and the run state in words, or the state of a monitor that does not answer.</summary>
    internal string Verdict => Monitor switch
    {
        MonitorState.NoAnswer => "no answer",
        MonitorState.Gone => "gone",
        _ => $"{Status}, {RunState}{(HasUnknownGuest ? " (does not say whether the guest is here)" : "")}",
    };

    /// <summary>Whether the run state does not tell where the guest is.</summary>
    internal bool HasUnknownGuest => RunState is not null && Guest == GuestPresence.Unknown;

    /// <inheritdoc/>
    public sealed override string ToString() => $"{Name}: {Verdict}{(Error is null ? "" : $" ({Error})")}";
}
