using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace QemuTest.Assets;

/// <summary>
/// A file of the web. Each step has a limit; what broke is tried again after a growing delay and goes on where it stopped, if the
/// server gave something to tell the version by. 404 and 410 are final, and so is a redirect to anything but the web.
/// </summary>
internal sealed class HttpSource(HttpOptions limits, MirrorRules mirrors) : IAssetSource
{
    // One pool of connections for the process, as HttpClient wants; limits are per request.
    private static readonly HttpClient Client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { UserAgent = { new ProductInfoHeaderValue("qemu-test", "0.1") } },
    };

    public IReadOnlyList<string> Schemes { get; } = ["https", "http"];

    public async Task FetchAsync(Uri address, AssetDownload download, CancellationToken cancellationToken)
    {
        try
        {
            await Pipeline(download).ExecuteAsync(
                async token => await TryAsync(address, download, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutRejectedException e)
        {
            throw new SourceException(AssetFailure.Unreachable, $"not complete within {Seconds(limits.Total)} (have {download.Length} bytes)", e);
        }
    }

    private ResiliencePipeline Pipeline(AssetDownload download)
    {
        long best = -1;
        int fruitless = 0;
        return new ResiliencePipelineBuilder()
            .AddTimeout(limits.Total)
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = int.MaxValue,
                ShouldHandle = arguments =>
                {
                    if (arguments.Outcome.Exception is not SourceException { Failure: AssetFailure.Unreachable } failure)
                        return ValueTask.FromResult(false);
                    // A name that nobody knows, as on a machine without a network, is not known a second later.
                    if (failure.GetBaseException() is SocketException { SocketErrorCode: SocketError.HostNotFound })
                        return ValueTask.FromResult(false);
                    (best, fruitless) = download.Length > best && best >= 0 ? (download.Length, 0) : (Math.Max(best, download.Length), fruitless + 1);
                    return ValueTask.FromResult(fruitless <= limits.Retries);
                },
                DelayGenerator = arguments =>
                {
                    TimeSpan asked = (arguments.Outcome.Exception as SourceException)?.RetryAfter ?? TimeSpan.Zero;
                    TimeSpan backoff = limits.Delay * Math.Pow(2, fruitless) * (0.5 + (Random.Shared.NextDouble() / 2));
                    TimeSpan delay = asked > backoff ? asked : backoff;
                    return ValueTask.FromResult<TimeSpan?>(delay < limits.MaxDelay ? delay : limits.MaxDelay);
                },
            })
            .Build();
    }

    private async Task TryAsync(Uri address, AssetDownload download, CancellationToken cancellationToken)
    {
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        string step = $"no answer within {Seconds(limits.FirstByte)}";
        try
        {
            watch.CancelAfter(limits.FirstByte);
            using HttpResponseMessage response = await AskAsync(address, download, watch.Token).ConfigureAwait(false);
            if (await HasAllAsync(response, download, cancellationToken).ConfigureAwait(false))
                return;
            long? total = await PrepareAsync(address, response, download, cancellationToken).ConfigureAwait(false);
            step = $"no byte for {Seconds(limits.Stall)}";
            await ReadAsync(response, download, watch).ConfigureAwait(false);
            if (total is { } expected && download.Length != expected)
                throw new SourceException(AssetFailure.Unreachable, $"ended after {download.Length} of {expected} bytes");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SourceException(AssetFailure.Unreachable, $"{step} (have {download.Length} bytes)", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new SourceException(AssetFailure.Unreachable, $"{Innermost(e)} (have {download.Length} bytes)", e);
        }
    }

    private async Task ReadAsync(HttpResponseMessage response, AssetDownload download, CancellationTokenSource watch)
    {
        await using Stream body = await response.Content.ReadAsStreamAsync(watch.Token).ConfigureAwait(false);
        byte[] buffer = new byte[1 << 18];
        while (true)
        {
            watch.CancelAfter(limits.Stall);
            int read = await body.ReadAsync(buffer, watch.Token).ConfigureAwait(false);
            if (read == 0)
                return;
            await download.AppendAsync(buffer.AsMemory(0, read), watch.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Whether an earlier try had brought everything: there is no rest to ask for, and the server says so.</summary>
    private static async Task<bool> HasAllAsync(HttpResponseMessage response, AssetDownload download, CancellationToken cancellationToken)
    {
        if ((int)response.StatusCode != 416 || download.Length == 0 || response.Content.Headers.ContentRange?.Length != download.Length)
            return false;
        await download.ResumeAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Sends the request, after redirects; asks for the rest only, where what is there can be told to be of the same file.</summary>
    private async Task<HttpResponseMessage> AskAsync(Uri address, AssetDownload download, CancellationToken cancellationToken)
    {
        Uri at = mirrors.Apply(address);
        for (int hop = 0; hop <= limits.MaxRedirects; hop++)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, at);
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
            if (download is { Length: > 0, Validator: { } validator } && download.Origin == address.OriginalString)
            {
                request.Headers.Range = new RangeHeaderValue(download.Length, null);
                request.Headers.TryAddWithoutValidation("If-Range", validator);
            }

            HttpResponseMessage response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect) || response.Headers.Location is not { } location)
                return response;

            response.Dispose();
            Uri next = location.IsAbsoluteUri ? location : new Uri(at, location);
            if (next.Scheme is not ("https" or "http"))
                throw new SourceException(AssetFailure.Refused, $"redirects to '{next}', which is not of the web");
            at = mirrors.Apply(next);
        }

        throw new SourceException(AssetFailure.Refused, $"more than {limits.MaxRedirects} redirects, the last to '{at}'");
    }

    /// <summary>Judges the status and makes the download ready for the body. Returns how many bytes the whole file has, if the server says so.</summary>
    private static async Task<long?> PrepareAsync(Uri address, HttpResponseMessage response, AssetDownload download, CancellationToken cancellationToken)
    {
        int status = (int)response.StatusCode;
        if (status is 404 or 410)
            throw new SourceException(AssetFailure.NotFound, $"HTTP {status}: there is no such file");
        if (status == 206 && response.Content.Headers.ContentRange is { } range && range.From == download.Length && download.Length > 0)
        {
            await download.ResumeAsync(cancellationToken).ConfigureAwait(false);
            return range.Length;
        }

        if (status is 206 or 416)
        {
            download.Clear();
            throw new SourceException(AssetFailure.Unreachable, $"HTTP {status} with another range than asked for; starting over");
        }

        if (status != 200)
        {
            throw new SourceException(AssetFailure.Unreachable, $"HTTP {status} {response.ReasonPhrase}")
            {
                RetryAfter = response.Headers.RetryAfter?.Delta,
            };
        }

        long? length = response.Content.Headers.ContentLength;
        if (length is { } sent && download.ExpectedSize is { } size && sent != size)
            throw new SourceException(AssetFailure.WrongContent, $"Content-Length is {sent}, the asset has {size} bytes");
        // Only a strong validator promises the same bytes (RFC 9110, 13.1.5).
        string? validator = response.Headers.ETag is { IsWeak: false } tag ? tag.ToString() : response.Content.Headers.LastModified?.ToString("R");
        await download.RestartAsync(address.OriginalString, validator, cancellationToken).ConfigureAwait(false);
        return length;
    }

    private static string Innermost(Exception e)
    {
        while (e.InnerException is not null)
            e = e.InnerException;
        return e.Message;
    }

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds:0.###} s";
}
