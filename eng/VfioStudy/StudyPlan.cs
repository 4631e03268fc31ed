using QemuTest.Tool;

namespace QemuTest.VfioStudy;

/// <summary>What is measured: every combination of the lists, each with device state over multifd (on) and without multifd (off).</summary>
/// <param name="Title">What the study is called.</param>
/// <param name="Devices">Numbers of devices.</param>
/// <param name="Sizes">Sizes of a device's state, in bytes.</param>
/// <param name="Channels">Numbers of multifd channels.</param>
/// <param name="Samples">How many migrations of each kind are counted.</param>
/// <param name="StopLatency">How long a device takes to stop, in milliseconds.</param>
/// <param name="SaveLatency">How long it takes until its state can be read, in milliseconds.</param>
/// <param name="LoadLatency">How long it takes until it accepts a state, in milliseconds.</param>
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
    /// <summary>Every combination, in the order in which they are measured.</summary>
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
