namespace QemuTest.Vfio;

/// <summary>The options of a <see cref="SyntheticDevice"/>. Validated when built.</summary>
public sealed record SyntheticDeviceOptions
{
    private const long Largest = 4L << 30;

    /// <summary>Gets the size of the migration state in bytes, 1 to 4 GiB. The device refuses a state of another size. Default:
    /// 4096.</summary>
    public long Size
    {
        get;
        init => field = value is >= 1 and <= Largest
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Size), value, "A synthetic device has a state of 1 byte to 4 GiB.");
    } = 4096;

    /// <summary>Gets the seed of the contents. Give the source and the destination different seeds: equal contents after a migration then
    /// prove a transfer. Default: 0.</summary>
    public long Seed { get; init; }

    /// <summary>Gets whether the device has the states RUNNING_P2P and, with <see cref="PreCopy"/>, PRE_COPY_P2P. QEMU migrates several
    /// devices only if all have them. Default: true.</summary>
    public bool PeerToPeer { get; init; } = true;

    /// <summary>Gets whether the device has the state PRE_COPY. Default: true.</summary>
    public bool PreCopy { get; init; } = true;

    /// <summary>Gets the number of bytes that the device sends in PRE_COPY. Default: 0.</summary>
    public long InitialBytes { get; init => field = NotNegative(value, nameof(InitialBytes)); }

    /// <summary>Gets the latency of entering STOP_COPY. Default: zero.</summary>
    public TimeSpan StopLatency { get; init => field = NotNegative(value, nameof(StopLatency)); }

    /// <summary>Gets the latency before the first byte of the state can be read. Default: zero.</summary>
    public TimeSpan SaveLatency { get; init => field = NotNegative(value, nameof(SaveLatency)); }

    /// <summary>Gets the latency before the first byte of a state is accepted. Default: zero.</summary>
    public TimeSpan LoadLatency { get; init => field = NotNegative(value, nameof(LoadLatency)); }

    /// <summary>Gets the rate at which the state can be read or written, in bytes per second; null for no limit. Default: null.</summary>
    public long? Bandwidth
    {
        get;
        init => field = value is null or > 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Bandwidth), value, "A bandwidth is at least 1 byte per second; null sets no limit.");
    }

    /// <summary>Gets the fault of the device; null for none. Default: null.</summary>
    public DeviceFault? Fault { get; init; }

    /// <summary>Gets the module's files and their contents.</summary>
    internal IEnumerable<(string Knob, long Value)> Knobs()
    {
        yield return ("size", Size);
        yield return ("seed", Seed);
        yield return ("p2p", PeerToPeer ? 1 : 0);
        yield return ("pre_copy", PreCopy ? 1 : 0);
        yield return ("initial_bytes", InitialBytes);
        yield return ("stop_us", (long)StopLatency.TotalMicroseconds);
        yield return ("save_us", (long)SaveLatency.TotalMicroseconds);
        yield return ("load_us", (long)LoadLatency.TotalMicroseconds);
        yield return ("bandwidth", Bandwidth ?? 0);
        if (Fault is { } fault)
            yield return (fault.Knob, fault.Value);
    }

    private static T NotNegative<T>(T value, string name)
        where T : struct, IComparable<T> => value.CompareTo(default) >= 0
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} must not be negative.");
}
