namespace QemuTest.Qmp;

/// <summary>Limits of a <see cref="QmpClient"/>.</summary>
public sealed record QmpClientOptions
{
    /// <summary>What the monitor is called in errors and transcripts. Default: <c>qmp</c>.</summary>
    public string Name { get; init; } = "qmp";

    /// <summary>The limit for connecting, the greeting and the negotiation together, at most a day. Default: 30 s.</summary>
    public TimeSpan ConnectTimeout { get; init => field = Timeouts.Checked(value, nameof(ConnectTimeout)); } = TimeSpan.FromSeconds(30);

    /// <summary>The limit for a reply where the command names none, at most a day. Default: 60 s. Upstream's client has none.</summary>
    public TimeSpan CommandTimeout { get; init => field = Timeouts.Checked(value, nameof(CommandTimeout)); } = TimeSpan.FromSeconds(60);

    /// <summary>The longest message accepted, in bytes. Default: 64 MiB (upstream: 10 MiB).</summary>
    public int MaxMessageBytes
    {
        get;
        init => field = value > 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxMessageBytes), value, "A message needs at least one byte.");
    } = 64 * 1024 * 1024;

    /// <summary>Where each line of the transcript also goes as it happens, for example a log file; null for nowhere.
    /// Called from several threads, one at a time.</summary>
    public Action<QmpTranscriptEntry>? OnTranscript { get; init; }
}
