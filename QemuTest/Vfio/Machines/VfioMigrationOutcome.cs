using System.Globalization;
using QemuTest.Migration;

namespace QemuTest.Vfio;

/// <summary>The outcome of a migration with VFIO devices: both sides, and the path of each device's state.</summary>
public sealed record VfioMigrationOutcome : MigrationOutcome
{
    internal VfioMigrationOutcome(
        MigrationOptions options, VfioMigrationSide source, VfioMigrationSide destination, IReadOnlyList<DeviceStateTransfer> deviceState)
        : base(options, source, destination)
    {
        DeviceState = deviceState;
    }

    /// <inheritdoc/>
    public override VfioMigrationSide Source => (VfioMigrationSide)base.Source;

    /// <inheritdoc/>
    public override VfioMigrationSide Destination => (VfioMigrationSide)base.Destination;

    /// <summary>Gets the path of each device's state, in slot order.</summary>
    public IReadOnlyList<DeviceStateTransfer> DeviceState { get; }

    /// <summary>Gets the outcome in a line: both statuses, the sides with a guest, and the exits. The known misbehaviors of
    /// <see cref="VfioFindings"/> are in these words.</summary>
    public string Summary
    {
        get
        {
            string guests = string.Join(" and ", Guests.Select(side => side == Source ? "source" : "destination"));
            return $"source {Status(Source)}, destination {Status(Destination)}, " +
                $"guest on {(guests.Length == 0 ? "neither" : guests)}{Exit("source", Source)}{Exit("destination", Destination)}";
        }
    }

    /// <summary>Gets the outcome as named facts, for a summary.</summary>
    public IReadOnlyDictionary<string, string> Facts() => new Dictionary<string, string>
    {
        ["source"] = Source.Summary(),
        ["destination"] = Destination.Summary(),
        ["path, source"] = Paths(transfer => transfer.Saved),
        ["path, destination"] = Paths(transfer => transfer.Loaded),
        ["device state sent"] = Source.VfioBytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes") : "not reported",
        ["downtime"] = Source.Downtime is { } downtime
            ? string.Create(CultureInfo.InvariantCulture, $"{downtime.TotalMilliseconds} ms (reported by the source)")
            : "not reported",
        ["outage"] = Outage is { } outage
            ? string.Create(CultureInfo.InvariantCulture, $"{outage.TotalMilliseconds:0} ms (from the source's STOP to the destination's RESUME)")
            : "the guest did not run on both sides",
    };

    private static string Status(VfioMigrationSide side) => side.Monitor switch
    {
        MonitorState.NoAnswer => "no answer",
        MonitorState.Gone => "gone",
        _ => $"{side.Status}",
    };

    private static string Exit(string name, VfioMigrationSide side) => side.Exit is { } exit ? $", {name} ended with {exit}" : "";

    private string Paths(Func<DeviceStateTransfer, DeviceStatePath> side) => string.Join("; ", DeviceState
        .GroupBy(side)
        .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Key.Text()} for {g.Count()} of {DeviceState.Count} devices")));
}
