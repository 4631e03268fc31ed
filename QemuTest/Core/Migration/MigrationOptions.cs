using QemuTest.Qmp;

namespace QemuTest.Migration;

/// <summary>The options of a migration between two machines. Validated when built.</summary>
public sealed record MigrationOptions
{
    /// <summary>A value for <see cref="SwitchoverBandwidth"/> that no state is too large for: 100 GiB per second.</summary>
    public const ulong PlentyOfBandwidth = 100UL << 30;

    private static readonly TimeSpan LongestDowntime = TimeSpan.FromSeconds(2000);

    /// <summary>Gets the number of multifd channels, 1 to 255; null turns multifd off. Default: null.</summary>
    public int? MultifdChannels
    {
        get;
        init => field = value is null or (>= 1 and <= 255)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MultifdChannels), value, "QEMU takes 1 to 255 multifd channels.");
    }

    /// <summary>Gets how multifd compresses guest memory; null keeps what is set (QEMU's default: no compression). Default: null.</summary>
    public MultiFDCompression? MultifdCompression { get; init; }

    /// <summary>Gets whether each page of guest memory has a fixed place in the file. Default: false.</summary>
    public bool MappedRam { get; init; }

    /// <summary>Gets whether the destination answers the source. Default: true, because without it the source reports
    /// <c>completed</c> even if the destination fails.</summary>
    public bool ReturnPath { get; init; } = true;

    /// <summary>Gets whether the source asks the destination's devices before it stops the guest; QEMU requires <see cref="ReturnPath"/>
    /// for it. Default: false.</summary>
    public bool SwitchoverAck { get; init; }

    /// <summary>Gets whether the source stops in <c>pre-switchover</c>, guest and devices stopped, until
    /// <see cref="MigrationRun.ContinueAsync"/>. Default: false.</summary>
    public bool PauseBeforeSwitchover { get; init; }

    /// <summary>Gets the highest rate at which the source sends, in bytes per second; 0 for no limit; null keeps what is set (QEMU's
    /// default: 128 MiB). Default: null.</summary>
    public ulong? MaxBandwidth { get; init; }

    /// <summary>Gets the bandwidth, in bytes per second, by which QEMU estimates the downtime; null keeps what is set (QEMU's default: the
    /// bandwidth seen so far). That is next to nothing for a guest with empty memory, and with large device state QEMU never starts
    /// the switchover: use <see cref="PlentyOfBandwidth"/>. Default: null.</summary>
    public ulong? SwitchoverBandwidth { get; init; }

    /// <summary>Gets the longest downtime that QEMU plans, from zero to 2000 s; null keeps what is set (QEMU's default: 300 ms). Default:
    /// null.</summary>
    public TimeSpan? DowntimeLimit
    {
        get;
        init => field = value is null || (value >= TimeSpan.Zero && value <= LongestDowntime)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(DowntimeLimit), value, "QEMU takes a downtime limit from zero to 2000 s.");
    }

    /// <summary>Gets the address at which the destination listens: <c>tcp:</c>, <c>unix:</c>, <c>exec:</c>, <c>fd:</c>, or
    /// <c>file:</c>, where the destination starts after the source has finished. For TCP port 0 the kernel picks a port that no other
    /// program has. Default: <c>tcp:127.0.0.1:4444</c>.</summary>
    public string Uri { get; init => field = CheckedUri(value, nameof(Uri)); } = "tcp:127.0.0.1:4444";

    /// <summary>Gets the address to which the source connects; null for <see cref="Uri"/>, with the port that the kernel picked. Default:
    /// null.</summary>
    public string? SourceUri { get; init => field = value is null ? null : CheckedUri(value, nameof(SourceUri)); }

    /// <summary>Gets the timeout for each side to end the migration, counted from the <c>migrate</c> command. A switchover blocks both
    /// monitors: choose a timeout longer than the longest downtime expected, and at most a day. Default: 60 s.</summary>
    public TimeSpan Timeout { get; init => field = Timeouts.Checked(value, nameof(Timeout)); } = TimeSpan.FromSeconds(60);

    /// <summary>Gets whether the migration is written to a file and read from it afterwards.</summary>
    internal bool ThroughFile => Uri.StartsWith("file:", StringComparison.Ordinal);

    /// <summary>Gets every capability that the options cover, on or off, so that none remains from an earlier migration.</summary>
    internal IReadOnlyList<MigrationCapabilityStatus> Capabilities =>
    [
        new() { Capability = MigrationCapability.Events, State = true },
        new() { Capability = MigrationCapability.ReturnPath, State = ReturnPath },
        new() { Capability = MigrationCapability.SwitchoverAck, State = SwitchoverAck },
        new() { Capability = MigrationCapability.PauseBeforeSwitchover, State = PauseBeforeSwitchover },
        new() { Capability = MigrationCapability.Multifd, State = MultifdChannels is not null },
        new() { Capability = MigrationCapability.MappedRam, State = MappedRam },
    ];

    /// <summary>Gets the parameters to set; null where there are none.</summary>
    internal MigrateSetParameters? Parameters =>
        (MultifdChannels, MultifdCompression, MaxBandwidth, SwitchoverBandwidth, DowntimeLimit) is (null, null, null, null, null)
            ? null
            : new MigrateSetParameters
            {
                MultifdChannels = (byte?)MultifdChannels,
                MultifdCompression = MultifdCompression,
                MaxBandwidth = MaxBandwidth,
                AvailSwitchoverBandwidth = SwitchoverBandwidth,
                DowntimeLimit = DowntimeLimit is { } limit ? (ulong)limit.TotalMilliseconds : null,
            };

    private static string CheckedUri(string value, string name)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        return value.Contains(':', StringComparison.Ordinal)
            ? value
            : throw new ArgumentException($"'{value}' is no migration address. Give one such as tcp:127.0.0.1:4444 or unix:/tmp/migration.sock.", name);
    }
}
