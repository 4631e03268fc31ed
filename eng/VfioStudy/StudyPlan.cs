using QemuTest.Tool;

namespace QemuTest.VfioStudy;

/// <summary>The plan of a study: every combination of the lists, each with device state over multifd (on) and without multifd (off).</summary>
/// <param name="Title">The title.</param>
/// <param name="Devices">The numbers of devices.</param>
/// <param name="Sizes">The sizes of a device's state, in bytes.</param>
/// <param name="Channels">The numbers of multifd channels.</param>
/// <param name="Samples">The number of counted migrations of each kind.</param>
/// <param name="StopLatency">The latency of stopping a device, in milliseconds.</param>
/// <param name="SaveLatency">The latency before its state can be read, in milliseconds.</param>
/// <param name="LoadLatency">The latency before it accepts a state, in milliseconds.</param>
internal sealed record StudyPlan(
    string Title,
    IReadOnlyList<int> Devices,
    IReadOnlyList<long> Sizes,
    IReadOnlyList<int> Channels,
    int Samples,
    int StopLatency,
    int SaveLatency,
    int LoadLatency)
{
    /// <summary>Gets every combination, in the order of measurement.</summary>
    public IEnumerable<StudyBlock> Blocks() =>
        from size in Sizes
        from devices in Devices
        from channels in Channels
        select new StudyBlock(devices, size, channels);
}

/// <summary>One combination.</summary>
/// <param name="Devices">The number of devices.</param>
/// <param name="Size">The size of each device's state, in bytes.</param>
/// <param name="Channels">The number of multifd channels.</param>
internal sealed record StudyBlock(int Devices, long Size, int Channels)
{
    public override string ToString() => $"{Devices} x {ByteText.Format(Size)}, {Channels} channels";
}
