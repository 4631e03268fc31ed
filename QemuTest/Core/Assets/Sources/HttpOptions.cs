namespace QemuTest.Assets;

/// <summary>The timeouts and retries of a download. The defaults suit slow mirrors. The timeouts are scaled where they are used.</summary>
internal sealed record HttpOptions
{
    /// <summary>The longest time from the request to the header of the response, connecting and redirects included.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest time without a new byte.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest time of one attempt. The next attempt resumes on a new connection.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The longest time of all attempts at one source.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromHours(2);

    /// <summary>The retries after attempts without a new byte. An attempt with new bytes starts the count again.</summary>
    public int MaxRetries { get; init; } = 4;

    /// <summary>The delay before the first retry. It doubles with each retry, with jitter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest delay, unless the server asks for another one.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest delay to accept from a server (<c>Retry-After</c>). A longer one ends the attempts at this source.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromMinutes(5);

    public int MaxRedirects { get; init; } = 10;

    /// <summary>The clock and timers of all timeouts and delays.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
