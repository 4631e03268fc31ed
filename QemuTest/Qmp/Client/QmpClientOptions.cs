namespace QemuTest.Qmp;

/// <summary>The options of a <see cref="QmpClient"/>.</summary>
public sealed record QmpClientOptions
{
    /// <summary>Gets the name of the monitor in errors. Default: <c>qmp</c>.</summary>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public string Name
    {
        get;
        init
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(value, nameof(Name));
            field = value;
        }
    } = "qmp";

    /// <summary>Gets the timeout for connection, greeting and negotiation together, at most one day. Default: 30 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above zero, or is above one day.</exception>
    public TimeSpan ConnectTimeout { get; init => field = Timeouts.Checked(value, nameof(ConnectTimeout)); } = TimeSpan.FromSeconds(30);

    /// <summary>Gets the timeout for a reply if the command has none of its own, at most one day. Default: 60 s (upstream: none).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above zero, or is above one day.</exception>
    public TimeSpan CommandTimeout { get; init => field = Timeouts.Checked(value, nameof(CommandTimeout)); } = TimeSpan.FromSeconds(60);

    /// <summary>Gets the maximum length of a received message in bytes. Default: 64 MiB (upstream: 10 MiB).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above zero.</exception>
    public int MaxMessageBytes
    {
        get;
        init => field = value > 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxMessageBytes), value, "A message has at least one byte.");
    } = 64 * 1024 * 1024;

    /// <summary>Gets a receiver for each entry of the transcript, for example a log file; null for none. It is called from several
    /// threads, one at a time.</summary>
    public Action<QmpTranscriptEntry>? OnTranscript { get; init; }

    /// <summary>Gets the clock of <see cref="ConnectTimeout"/>, for tests.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;
}
