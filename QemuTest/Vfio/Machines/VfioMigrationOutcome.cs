using System.Globalization;
using QemuTest.Migration;

namespace QemuTest.Vfio;

/// <summary>What a migration with VFIO devices came to: both sides' verdicts, and the way that each device's state took.</summary>
/// <param name="Migration">Both sides' verdicts.</param>
/// <param name="DeviceState">The way of each device's state, in slot order.</param>
/// <param name="Source">What the source left beside its monitor's answers.</param>
/// <param name="Destination">What the destination left.</param>
public sealed record VfioMigrationOutcome(
    MigrationOutcome Migration, IReadOnlyList<DeviceStateTransfer> DeviceState, VfioMachineReport Source, VfioMachineReport Destination)
{
    /// <summary>The reasons that the source gives, on the monitor and on standard error; QEMU's versions differ in where.</summary>
    public string SourceErrors => Words(Migration.Source, Source);

    /// <summary>The reasons that the destination gives, on the monitor and on standard error.</summary>
    public string DestinationWords => Words(Migration.Destination, Destination);

    /// <summary>The outcome as named facts, for a summary.</summary>
    public IReadOnlyDictionary<string, string> Facts() => new Dictionary<string, string>
    {
        ["source"] = Verdict(Migration.Source, Source),
        ["destination"] = Verdict(Migration.Destination, Destination),
        ["path, source"] = Path(t => t.Saved),
        ["path, destination"] = Path(t => t.Loaded),
        ["device state sent"] = Migration.Source.VfioBytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes") : "not reported",
        ["downtime"] = Migration.Source.Downtime is { } downtime
            ? string.Create(CultureInfo.InvariantCulture, $"{downtime.TotalMilliseconds} ms (reported by the source)")
            : "not reported",
        ["outage"] = Migration.Outage is { } outage
            ? string.Create(CultureInfo.InvariantCulture, $"{outage.TotalMilliseconds:0} ms (from the source's STOP to the destination's RESUME)")
            : "the guest did not run on both sides",
    };

    private static string Verdict(MigrationSide side, VfioMachineReport report)
    {
        string words = Words(side, report);
        return string.Join(", ", new[] { side.Status, side.RunState, report.Exit?.ToString() ?? "" }.Where(part => part.Length > 0))
            + (words.Length == 0 ? "" : $" ({words})");
    }

    private static string Words(MigrationSide side, VfioMachineReport report) =>
        string.Join(" | ", new[] { side.Error }.Concat(report.Warnings).Where(text => !string.IsNullOrEmpty(text)));

    private string Path(Func<DeviceStateTransfer, DeviceStatePath> side) => string.Join("; ", DeviceState
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
