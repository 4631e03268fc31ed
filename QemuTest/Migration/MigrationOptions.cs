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

    /// <summary>Whether the destination answers the source. Default: true, because without it the source reports
    /// <c>completed</c> whatever became of the destination.</summary>
    public bool ReturnPath { get; init; } = true;

    /// <summary>Where the destination listens, as the destination sees it. With port 0 the kernel picks one, which no other program
    /// can have. Default: <c>tcp:127.0.0.1:4444</c>.</summary>
    public string Uri { get; init; } = "tcp:127.0.0.1:4444";

    /// <summary>Where the source connects. Default: null, which is <see cref="Uri"/>, with the port that the kernel picked.</summary>
    public string? SourceUri { get; init; }

    /// <summary>The limit for each side to come to an end, from the <c>migrate</c> command on. A switchover blocks both
    /// monitors, so it must be longer than the longest downtime expected. Default: 60 s.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(60);
}
