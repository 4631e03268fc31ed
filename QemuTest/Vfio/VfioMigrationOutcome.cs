using System.Globalization;
using QemuTest.Migration;

namespace QemuTest.Vfio;

/// <summary>What a migration with VFIO devices came to: both sides' verdicts, and the way that each device's state took.</summary>
/// <param name="Migration">Both sides' verdicts.</param>
/// <param name="DeviceState">The way of each device's state, in slot order.</param>
public sealed record VfioMigrationOutcome(MigrationOutcome Migration, IReadOnlyList<DeviceTravel> DeviceState)
{
    /// <summary>The outcome as named facts, for a summary.</summary>
    public IReadOnlyDictionary<string, string> Facts() => new Dictionary<string, string>
    {
        ["source"] = $"{Migration.Source.Status}, {Migration.Source.RunState}{Reason(Migration.Source)}",
        ["destination"] = $"{Migration.Destination.Status}, {Migration.Destination.RunState}{Reason(Migration.Destination)}",
        ["path, source"] = Path(t => t.Saved),
        ["path, destination"] = Path(t => t.Loaded),
        ["device state sent"] = Migration.Source.VfioBytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes") : "not reported",
        ["downtime"] = Migration.Source.Downtime is { } downtime
            ? string.Create(CultureInfo.InvariantCulture, $"{downtime.TotalMilliseconds} ms (reported by the source)")
            : "not reported",
    };

    private static string Reason(MigrationSide side) => side.Error is null ? "" : $" ({side.Error})";

    private string Path(Func<DeviceTravel, DeviceStatePath> side) => string.Join("; ", DeviceState
        .GroupBy(side)
        .Select(g => string.Create(CultureInfo.InvariantCulture, $"{Name(g.Key)} for {g.Count()} of {DeviceState.Count} devices")));

    private static string Name(DeviceStatePath path) => path switch
    {
        DeviceStatePath.MainChannel => "main channel",
        DeviceStatePath.Multifd => "multifd",
        DeviceStatePath.Both => "multifd and main channel",
        _ => "no trace",
    };
}
