using System.Globalization;
using QemuTest.Qmp;

namespace QemuTest.Migration;

/// <summary>What became of one side of a migration.</summary>
public sealed record MigrationSide
{
    /// <summary>The machine's name.</summary>
    public required string Name { get; init; }

    /// <summary>QEMU's migration status, for example <c>completed</c> or <c>failed</c>; <c>no answer</c> where the monitor did not
    /// answer within the limit, <c>gone</c> where it had closed.</summary>
    public required string Status { get; init; }

    /// <summary>QEMU's run state, for example <c>postmigrate</c> or <c>running</c>; empty where it could not be asked.</summary>
    public required string RunState { get; init; }

    /// <summary>Why it failed, in QEMU's words; null where QEMU gives no reason.</summary>
    public string? Error => Statistics?.ErrorDesc;

    /// <summary>The whole answer to <c>query-migrate</c>; null where there was none.</summary>
    public MigrationInfo? Statistics { get; init; }

    /// <summary>Whether the guest runs here, or waits here for <c>cont</c>.</summary>
    public bool HasGuest => RunState is "running" or "paused" or "prelaunch";

    /// <summary>MIGRATION, STOP, RESUME and VFIO_MIGRATION events in order.</summary>
    public required IReadOnlyList<QmpEvent> Events { get; init; }

    /// <summary>The downtime that the source reports; null where it reports none.</summary>
    public TimeSpan? Downtime => Statistics?.Downtime is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

    /// <summary>What the source reports to have sent for VFIO devices, in bytes; null where it reports nothing.</summary>
    public long? VfioBytes => Statistics?.Vfio?.Transferred;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Name}: {Status}, {RunState}{(Error is null ? "" : $" ({Error})")}");
}
