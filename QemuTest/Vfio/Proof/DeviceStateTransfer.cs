namespace QemuTest.Vfio;

/// <summary>The transfer of one device's state: saved by the source and loaded by the destination, each by its trace.</summary>
/// <param name="Slot">The device's PCI slot.</param>
/// <param name="Saved">The path on the source.</param>
/// <param name="Loaded">The path on the destination.</param>
public sealed record DeviceStateTransfer(int Slot, DeviceStatePath Saved, DeviceStatePath Loaded)
{
    /// <summary>Gets each multifd channel's share of the state on the destination; empty where no channel has any.</summary>
    public IReadOnlyList<ChannelShare> Channels { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() =>
        $"slot {Slot}: {DeviceStatePathText.OnBothSides(Saved, Loaded)}{(Channels.Count == 0 ? "" : $" (buffers by {string.Join(", ", Channels)})")}";

    /// <summary>Reads the paths of all devices from both traces. The slot identifies a device: its name differs between the
    /// sides.</summary>
    /// <param name="firstSlot">The slot of the first device.</param>
    /// <param name="source">The names of the source's devices in its trace.</param>
    /// <param name="saving">The source's trace.</param>
    /// <param name="destination">The names of the destination's devices in its trace.</param>
    /// <param name="loading">The destination's trace.</param>
    internal static IReadOnlyList<DeviceStateTransfer> Read(
        int firstSlot,
        IReadOnlyList<string> source,
        IReadOnlyList<TraceEvent> saving,
        IReadOnlyList<string> destination,
        IReadOnlyList<TraceEvent> loading) =>
        [.. Enumerable.Range(0, Math.Max(source.Count, destination.Count)).Select(i => new DeviceStateTransfer(
            firstSlot + i,
            i < source.Count ? Saving(saving, source[i]) : DeviceStatePath.NotSeen,
            i < destination.Count ? Loading(loading, destination[i]) : DeviceStatePath.NotSeen)
        {
            Channels = i < destination.Count ? ChannelShare.Read(loading, destination[i]) : [],
        })];

    internal static DeviceStatePath Saving(IReadOnlyList<TraceEvent> trace, string device)
    {
        HashSet<string> seen = Seen(trace, device);
        // A thread that ends with ret 0 has failed.
        bool multifd = trace.Any(e => e.Name == "vfio_save_complete_precopy_thread_end" && e.Device == device && e.Arguments.EndsWith("ret 1", StringComparison.Ordinal));
        return Path(multifd, main: seen.Contains("vfio_save_complete_precopy"));
    }

    internal static DeviceStatePath Loading(IReadOnlyList<TraceEvent> trace, string device)
    {
        HashSet<string> seen = Seen(trace, device);
        bool multifd = seen.Contains("vfio_load_state_device_buffer_load_end") && seen.Contains("vfio_load_bufs_thread_end");

        // Pre-copy data uses the main channel in both cases; the configuration space comes last, after the state.
        bool main = !seen.Contains("vfio_load_bufs_thread_start")
            && seen.Contains("vfio_load_state_device_data") && seen.Contains("vfio_load_device_config_state_end");
        return Path(multifd, main);
    }

    private static HashSet<string> Seen(IReadOnlyList<TraceEvent> trace, string device) =>
        [.. trace.Where(e => e.Device == device).Select(e => e.Name)];

    private static DeviceStatePath Path(bool multifd, bool main) => (multifd, main) switch
    {
        (true, true) => DeviceStatePath.Both,
        (true, false) => DeviceStatePath.Multifd,
        (false, true) => DeviceStatePath.MainChannel,
        _ => DeviceStatePath.NotSeen,
    };
}
