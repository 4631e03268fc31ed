namespace QemuTest.Assets;

/// <summary>How long a download may take, step by step. The defaults are for slow mirrors; every one of them ends.</summary>
internal sealed record HttpOptions
{
    /// <summary>From the request to the response's header, connecting included.</summary>
    public TimeSpan FirstByte { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Without one byte more.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>All tries of one source together.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Tries after the first that bring nothing new; a try that brought more bytes starts the count again.</summary>
    public int Retries { get; init; } = 4;

    /// <summary>Before the first retry; doubled each time, with jitter.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);

    public int MaxRedirects { get; init; } = 10;
}
