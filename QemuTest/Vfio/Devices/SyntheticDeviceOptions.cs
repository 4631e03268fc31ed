namespace QemuTest.Vfio;

/// <summary>What a <see cref="SyntheticDevice"/> is to be.</summary>
public sealed record SyntheticDeviceOptions
{
    /// <summary>How large its migration state is, in bytes: 1 to 4 GiB. A state of another size is refused. Default: 4096.</summary>
    public long Size { get; init; } = 4096;

    /// <summary>What its contents are made from. Default: 0. Give the source another than the destination: then contents that are
    /// equal afterwards have travelled.</summary>
    public long Seed { get; init; }

    /// <summary>Whether it has the states RUNNING_P2P and, with <see cref="PreCopy"/>, PRE_COPY_P2P. QEMU migrates several devices only
    /// if all have them. Default: true.</summary>
    public bool PeerToPeer { get; init; } = true;

    /// <summary>Whether it has the state PRE_COPY. Default: true.</summary>
    public bool PreCopy { get; init; } = true;

    /// <summary>How much it sends in PRE_COPY, in bytes. Default: 0.</summary>
    public long InitialBytes { get; init; }

    /// <summary>How long it takes to enter STOP_COPY. Default: nothing.</summary>
    public TimeSpan StopLatency { get; init; }

    /// <summary>How long it takes until the first byte of its state can be read. Default: nothing.</summary>
    public TimeSpan SaveLatency { get; init; }

    /// <summary>How long it takes until the first byte of a state is taken. Default: nothing.</summary>
    public TimeSpan LoadLatency { get; init; }

    /// <summary>How fast its state can be read or written, in bytes per second; null for as fast as memory. Default: null.</summary>
    public long? Bandwidth { get; init; }

    /// <summary>What goes wrong with it. Default: nothing.</summary>
    public DeviceFault? Fault { get; init; }

    /// <summary>The module's files and what to write into them.</summary>
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
}
