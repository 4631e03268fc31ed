using System.Net;
using System.Net.Http.Headers;
using Polly;
using Polly.Timeout;

namespace QemuTest.Assets;

/// <summary>
/// A file on the web. Each step has a timeout. A failed attempt is repeated after a growing delay, and resumes where the last one stopped if
/// the server identifies the version of the file. HTTP 404 and 410 are final, and so is a redirect to a non-HTTP address.
/// </summary>
internal sealed class HttpSource(HttpOptions options, MirrorRules mirrors) : IAssetSource
{
    // One connection pool for the process, as HttpClient needs. The timeouts are per request.
    private static readonly HttpClient Client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = Timeouts.Scale(TimeSpan.FromSeconds(15)),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { UserAgent = { new ProductInfoHeaderValue("qemu-test", typeof(HttpSource).Assembly.GetName().Version?.ToString(3)) } },
    };

    private readonly TimeSpan _responseTimeout = Timeouts.Scale(options.ResponseTimeout);
    private readonly TimeSpan _stallTimeout = Timeouts.Scale(options.StallTimeout);

    public async Task FetchAsync(Uri address, AssetDownload download, CancellationToken cancellationToken = default)
    {
        ResiliencePipeline pipeline = DownloadPipeline.Create(options, download);
        try
        {
            await pipeline.ExecuteAsync(
                async token => await AttemptAsync(address, download, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutRejectedException error)
        {
            throw new SourceException(AssetFailure.Unreachable, $"not complete within {Seconds(error.Timeout)} (received {download.Length} bytes)", error);
        }
    }

    private async Task AttemptAsync(Uri address, AssetDownload download, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(_responseTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        string step = $"no response within {Seconds(_responseTimeout)}";
        try
        {
            using HttpResponseMessage response = await RequestAsync(address, download, either.Token).ConfigureAwait(false);
            timer.CancelAfter(Timeout.InfiniteTimeSpan);
            if (await IsCompleteAsync(response, download, cancellationToken).ConfigureAwait(false))
                return;
            long? total = await PrepareAsync(address, response, download, cancellationToken).ConfigureAwait(false);
            step = $"no byte for {Seconds(_stallTimeout)}";
            await ReadAsync(response, download, timer, either.Token).ConfigureAwait(false);
            if (total is { } expected && download.Length != expected)
                throw new SourceException(AssetFailure.Unreachable, $"the response ended after {download.Length} of {expected} bytes");
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SourceException(AssetFailure.Unreachable, $"{step} (received {download.Length} bytes)", error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new SourceException(AssetFailure.Unreachable, $"{error.GetBaseException().Message} (received {download.Length} bytes)", error);
        }
    }

    private async Task ReadAsync(HttpResponseMessage response, AssetDownload download, CancellationTokenSource timer, CancellationToken cancellationToken)
    {
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        byte[] buffer = new byte[1 << 18];
        while (true)
        {
            timer.CancelAfter(_stallTimeout);
            int read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return;
            await download.AppendAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends the request and follows redirects. Asks for the missing rest only if the server can tell that it is of the same file.</summary>
    private async Task<HttpResponseMessage> RequestAsync(Uri address, AssetDownload download, CancellationToken cancellationToken)
    {
        Uri current = mirrors.Apply(address);
        for (int hop = 0; hop <= options.MaxRedirects; hop++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, current);
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
            Uri next = location.IsAbsoluteUri ? location : new Uri(current, location);
            if (next.Scheme is not ("https" or "http"))
                throw new SourceException(AssetFailure.Refused, $"a redirect to '{next}', which is not an HTTP address");
            current = mirrors.Apply(next);
        }

        throw new SourceException(AssetFailure.Refused, $"more than {options.MaxRedirects} redirects, the last one to '{current}'");
    }

    /// <summary>Whether an earlier attempt received everything: the server then says that there is no rest.</summary>
    private static async Task<bool> IsCompleteAsync(HttpResponseMessage response, AssetDownload download, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.RequestedRangeNotSatisfiable || download.Length == 0
            || response.Content.Headers.ContentRange?.Length != download.Length)
            return false;
        await download.ResumeAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Checks the status, and prepares the download for the body. Returns the size of the whole file, if the server gives it.</summary>
    private async Task<long?> PrepareAsync(Uri address, HttpResponseMessage response, AssetDownload download, CancellationToken cancellationToken)
    {
        int status = (int)response.StatusCode;
        if (status is 404 or 410)
            throw new SourceException(AssetFailure.NotFound, $"HTTP {status}: there is no such file") { HttpStatus = status };
        if (status == 206 && response.Content.Headers.ContentRange is { } range && range.From == download.Length && download.Length > 0)
        {
            await download.ResumeAsync(cancellationToken).ConfigureAwait(false);
            return range.Length;
        }

        if (status is 206 or 416)
        {
            download.Clear();
            throw new SourceException(AssetFailure.Unreachable, $"HTTP {status} with another range than the requested one; the download starts again")
            {
                HttpStatus = status,
            };
        }

        if (status != 200)
        {
            TimeSpan? delay = RetryAfter(response);
            throw new SourceException(AssetFailure.Unreachable,
                $"HTTP {status} {response.ReasonPhrase}{(delay is { } asked ? $"; the server asks for a retry after {Seconds(asked)}" : "")}")
            {
                HttpStatus = status,
                RetryAfter = delay,
            };
        }

        long? length = response.Content.Headers.ContentLength;
        if (length is { } sent && download.ExpectedSize is { } size && sent != size)
            throw new SourceException(AssetFailure.WrongContent, $"Content-Length is {sent}, but the declared size is {size} bytes");
        // Only a strong validator promises the same bytes (RFC 9110, 13.1.5).
        string? validator = response.Headers.ETag is { IsWeak: false } tag ? tag.ToString() : response.Content.Headers.LastModified?.ToString("R");
        await download.RestartAsync(address.OriginalString, validator, cancellationToken).ConfigureAwait(false);
        return length;
    }

    /// <summary>The <c>Retry-After</c> of a response, in either form: seconds or an HTTP date (RFC 9110, 10.2.3). A past date is no delay.</summary>
    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        RetryConditionHeaderValue? header = response.Headers.RetryAfter;
        TimeSpan? delay = header?.Delta ?? (header?.Date - options.TimeProvider.GetUtcNow());
        return delay < TimeSpan.Zero ? TimeSpan.Zero : delay;
    }

    private static string Seconds(TimeSpan time) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");
}
