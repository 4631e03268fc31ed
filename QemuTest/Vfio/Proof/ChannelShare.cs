using System.Globalization;

namespace QemuTest.Vfio;

/// <summary>One multifd channel's share of a device's state.</summary>
/// <param name="Channel">The channel's number; null where the trace does not identify threads (QEMU 11.1).</param>
/// <param name="Buffers">The number of buffers that the channel carried, the device's configuration space included.</param>
public sealed record ChannelShare(int? Channel, int Buffers)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(Channel is { } channel ? $"channel {channel}" : "unknown channels")}: {Buffers}");

    // The trace of a channel's thread has the channel's number once, at the start, and the device with each buffer.
    internal static IReadOnlyList<ChannelShare> Read(IReadOnlyList<TraceEvent> loading, string device)
    {
        var channels = new Dictionary<int, int>();
        foreach (TraceEvent start in loading.Where(e => e is { Name: "multifd_recv_thread_start", Thread: not null }))
            channels[start.Thread!.Value] = int.Parse(start.Arguments, CultureInfo.InvariantCulture);
        return [.. loading
            .Where(e => e.Name == "vfio_load_state_device_buffer_incoming" && e.Device == device)
            .GroupBy(e => e.Thread is { } thread && channels.TryGetValue(thread, out int channel) ? channel : (int?)null)
            .OrderBy(share => share.Key)
            .Select(share => new ChannelShare(share.Key, share.Count()))];
    }
}
