namespace QemuTest.Vfio;

/// <summary>How the state of one device travelled: what the source's trace shows of saving it and the destination's of loading it.</summary>
/// <param name="Slot">The device's PCI slot.</param>
/// <param name="Saved">The way out of the source.</param>
/// <param name="Loaded">The way into the destination.</param>
public sealed record DeviceStateTransfer(int Slot, DeviceStatePath Saved, DeviceStatePath Loaded)
{
    /// <summary>Which multifd channel brought how much of the state to the destination; empty where none did.</summary>
    public IReadOnlyList<ChannelShare> Channels { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() =>
        $"slot {Slot}: saved {Name(Saved)}, loaded {Name(Loaded)}{(Channels.Count == 0 ? "" : $" (buffers by {string.Join(", ", Channels)})")}";

    /// <summary>Reads the ways of all devices off both traces. Devices are matched by slot: each side has its own names.</summary>
    internal static IReadOnlyList<DeviceStateTransfer> Read(
        IVfioMachine source, IReadOnlyList<TraceEvent> saving, IVfioMachine destination, IReadOnlyList<TraceEvent> loading) =>
        [.. Enumerable.Range(0, Math.Max(source.DeviceNames.Count, destination.DeviceNames.Count)).Select(i => new DeviceStateTransfer(
            source.Options.FirstSlot + i,
            i < source.DeviceNames.Count ? Saving(saving, source.DeviceNames[i]) : DeviceStatePath.NotSeen,
            i < destination.DeviceNames.Count ? Loading(loading, destination.DeviceNames[i]) : DeviceStatePath.NotSeen)
        {
            Channels = i < destination.DeviceNames.Count ? ChannelShare.Read(loading, destination.DeviceNames[i]) : [],
        })];

    internal static DeviceStatePath Saving(IReadOnlyList<TraceEvent> trace, string device)
    {
        HashSet<string> seen = Seen(trace, device);
        // A thread that ended with ret 0 gave up.
        bool multifd = trace.Any(e => e.Name == "vfio_save_complete_precopy_thread_end" && e.Device == device && e.Arguments.EndsWith("ret 1", StringComparison.Ordinal));
        return Path(multifd, main: seen.Contains("vfio_save_complete_precopy"));
    }

    internal static DeviceStatePath Loading(IReadOnlyList<TraceEvent> trace, string device)
    {
        HashSet<string> seen = Seen(trace, device);
        bool multifd = seen.Contains("vfio_load_state_device_buffer_load_end") && seen.Contains("vfio_load_bufs_thread_end");

        // Pre-copy data comes over the main channel in either case; the configuration space comes last, after the state.
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

    private static string Name(DeviceStatePath path) => path switch
    {
        DeviceStatePath.MainChannel => "over the main channel",
        DeviceStatePath.Multifd => "over multifd",
        DeviceStatePath.Both => "over both ways",
        _ => "without a trace",
    };
}
