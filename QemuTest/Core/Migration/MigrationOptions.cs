using QemuTest.Qmp;

namespace QemuTest.Migration;

/// <summary>How two machines migrate. Checked when built.</summary>
public sealed record MigrationOptions
{
    /// <summary>How many multifd channels; null leaves multifd off. 1 to 255. Default: null.</summary>
    public int? MultifdChannels
    {
        get;
        init => field = value is null or (>= 1 and <= 255)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MultifdChannels), value, "QEMU takes 1 to 255 multifd channels.");
    }

    /// <summary>How multifd compresses guest memory. Default: null, which leaves it as it is set (QEMU's default: not at all).</summary>
    public MultiFDCompression? MultifdCompression { get; init; }

    /// <summary>Whether each page of guest memory has a fixed place in the file. Default: false.</summary>
    public bool MappedRam { get; init; }

    /// <summary>Whether the destination answers the source. Default: true, because without it the source reports
    /// <c>completed</c> whatever became of the destination.</summary>
    public bool ReturnPath { get; init; } = true;

    /// <summary>Whether the source asks the destination's devices before it stops the guest; QEMU wants <see cref="ReturnPath"/> with
    /// it. Default: false.</summary>
    public bool SwitchoverAck { get; init; }

    /// <summary>Whether the source stops in <c>pre-switchover</c>, guest and devices stopped, until it is told to go on: see
    /// <see cref="MigrationRun.ContinueAsync"/>. Default: false.</summary>
    public bool PauseBeforeSwitchover { get; init; }

    /// <summary>The most that the source sends, in bytes a second; 0 for no limit. Default: null, which leaves it as it is set (QEMU's
    /// default: 128 MiB).</summary>
    public ulong? MaxBandwidth { get; init; }

    /// <summary>How long the guest may be stopped, by QEMU's estimate. Default: null, which leaves it as it is set (QEMU's default:
    /// 300 ms).</summary>
    public TimeSpan? DowntimeLimit { get; init; }

    /// <summary>Where the destination listens, as the destination sees it: <c>tcp:</c>, <c>unix:</c>, <c>exec:</c>,
    /// <c>fd:</c>, or <c>file:</c>, where the destination begins after the source has ended. With TCP port 0 the kernel picks one, which no other program can
    /// have. Default: <c>tcp:127.0.0.1:4444</c>.</summary>
    public string Uri { get; init; } = "tcp:127.0.0.1:4444";

    /// <summary>Where the source connects. Default: null, which is <see cref="Uri"/>, with the port that the kernel picked.</summary>
    public string? SourceUri { get; init; }

    /// <summary>The limit for each side to come to an end, from the <c>migrate</c> command on. A switchover blocks both
    /// monitors, so it must be longer than the longest downtime expected; at most a day. Default: 60 s.</summary>
    public TimeSpan Timeout { get; init => field = Timeouts.Checked(value, nameof(Timeout)); } = TimeSpan.FromSeconds(60);

    /// <summary>Whether the migration goes into a file first and comes out of it afterwards.</summary>
    internal bool ThroughFile => Uri.StartsWith("file:", StringComparison.Ordinal);

    /// <summary>Every capability that the options speak of, on or off, so that nothing is left from a migration before.</summary>
    internal IReadOnlyList<MigrationCapabilityStatus> Capabilities =>
    [
        new() { Capability = MigrationCapability.Events, State = true },
        new() { Capability = MigrationCapability.ReturnPath, State = ReturnPath },
        new() { Capability = MigrationCapability.SwitchoverAck, State = SwitchoverAck },
        new() { Capability = MigrationCapability.PauseBeforeSwitchover, State = PauseBeforeSwitchover },
        new() { Capability = MigrationCapability.Multifd, State = MultifdChannels is not null },
        new() { Capability = MigrationCapability.MappedRam, State = MappedRam },
    ];

    /// <summary>The parameters that are given; null where none is.</summary>
    internal MigrateSetParameters? Parameters =>
        (MultifdChannels, MultifdCompression, MaxBandwidth, DowntimeLimit) is (null, null, null, null)
            ? null
            : new MigrateSetParameters
            {
                MultifdChannels = (byte?)MultifdChannels,
                MultifdCompression = MultifdCompression,
                MaxBandwidth = MaxBandwidth,
                DowntimeLimit = DowntimeLimit is { } limit ? (ulong)limit.TotalMilliseconds : null,
            };
}
