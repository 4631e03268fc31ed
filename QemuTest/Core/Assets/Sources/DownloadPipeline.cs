using System.Net.Sockets;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace QemuTest.Assets;

/// <summary>Builds the resilience pipeline of one download: total timeout, retries, timeout of one attempt.</summary>
internal static class DownloadPipeline
{
    // Polly accepts no longer timeout.
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(1);

    public static ResiliencePipeline Create(HttpOptions options, AssetDownload download)
    {
        long best = download.Length;
        bool advanced = false;
        return new ResiliencePipelineBuilder { TimeProvider = options.TimeProvider }
            .AddTimeout(Scaled(options.TotalTimeout))
            .AddRetry(new RetryStrategyOptions
            {
                // After new bytes the count of the inner retries starts again. The size of the file and the total timeout are the bounds.
                MaxRetryAttempts = int.MaxValue,
                Delay = options.RetryDelay,
                UseJitter = true,
                ShouldHandle = attempt => ValueTask.FromResult(advanced && IsTransient(attempt.Outcome.Exception, options)),
            })
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.MaxRetries,
                BackoffType = DelayBackoffType.Exponential,
                Delay = options.RetryDelay,
                MaxDelay = options.MaxRetryDelay,
                UseJitter = true,
                DelayGenerator = attempt => ValueTask.FromResult((attempt.Outcome.Exception as SourceException)?.RetryAfter),
                ShouldHandle = attempt =>
                {
                    // Polly asks this strategy once per attempt, before the outer one.
                    advanced = download.Length > best;
                    best = Math.Max(best, download.Length);
                    return ValueTask.FromResult(!advanced && IsTransient(attempt.Outcome.Exception, options));
                },
            })
            .AddTimeout(Scaled(options.AttemptTimeout))
            .Build();
    }

    private static bool IsTransient(Exception? failure, HttpOptions options) => failure switch
    {
        TimeoutRejectedException => true,
        // An unknown host name, as on a machine without a network, is still unknown a second later.
        SourceException { Failure: AssetFailure.Unreachable } source =>
            source.GetBaseException() is not SocketException { SocketErrorCode: SocketError.HostNotFound } && !(source.RetryAfter > options.MaxRetryAfter),
        _ => false,
    };

    private static TimeSpan Scaled(TimeSpan timeout) => Timeouts.Scale(timeout) is var scaled && scaled < LongestTimeout ? scaled : LongestTimeout;
}
