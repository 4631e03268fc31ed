using System.Net;
using System.Net.Sockets;
using QemuTest.Assets;
using QemuTest.NUnit;

namespace QemuTest.Tests.Assets;

/// <summary>The failures of a server and their results, on real sockets.</summary>
[Thorough]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HttpSourceTests
{
    private static readonly byte[] Content = TestCache.Content(1_000_000);

    // The messages have the timeouts as scaled for this machine.
    private static readonly string OneSecond = ScaledTime.Text(TimeSpan.FromSeconds(1));

    private readonly TestCache _cache = new();

    [TearDown]
    public void RemoveCache() => _cache.Dispose();

    [Test]
    public async Task A_slow_server_may_take_longer_than_the_stall_timeout()
    {
        // The whole file takes 4 s, longer than the timeout for one byte.
        using TestCache patient = new(settings => settings with { Http = settings.Http with { StallTimeout = TimeSpan.FromSeconds(3) } });
        await using RudeServer server = new(exchange => RudeServer.ServeAsync(exchange, Content, chunk: 50_000, pause: TimeSpan.FromMilliseconds(200)));

        string path = await patient.FetchAsync(TestCache.Request(Content, server.Url));

        Assert.That(await File.ReadAllBytesAsync(path), Is.EqualTo(Content));
        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_silent_server_fails_after_the_response_timeout()
    {
        await using RudeServer server = new(exchange => Task.Delay(Timeout.Infinite, exchange.Stopped));
        using TestCache impatient = new(settings => settings with { Http = settings.Http with { ResponseTimeout = TimeSpan.FromSeconds(1) } });

        AssetException error = await impatient.FailsAsync(TestCache.Request(Content, server.Url));

        Assert.That(error.Message, Does.Contain($"no response within {OneSecond}").And.Contain(server.Url).And.Contain("qemu-test precache test/asset"));
        Assert.That(error.Failure, Is.EqualTo(AssetFailure.Unreachable));
        Assert.That(server.Requests, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task An_unknown_host_name_is_not_retried()
    {
        const string Host = "qemu-test.invalid";
        SocketException unknown = (await Assert.CatchAsync<SocketException>(() => Dns.GetHostAddressesAsync(Host)))!;
        Assume.That(unknown.SocketErrorCode, Is.EqualTo(SocketError.HostNotFound), "this resolver reports an unknown name");
        using TestCache patient = new(settings => settings with
        {
            Http = settings.Http with { RetryDelay = TimeSpan.FromHours(1), MaxRetryDelay = TimeSpan.FromHours(1) },
        });

        AssetException error = await patient.FailsAsync(TestCache.Request(Content, $"http://{Host}/file"));

        Assert.That(error.Message, Does.Contain(Host).And.Not.Contain("not complete within"));
        Assert.That(error.IsTransient, "there may be a network later");
    }

    [Test]
    public async Task A_stalled_server_fails_after_the_stall_timeout()
    {
        await using RudeServer server = new(async exchange =>
        {
            await exchange.HeadAsync("200 OK", Content.Length);
            await exchange.BodyAsync(Content.AsMemory(0, 5000));
            await Task.Delay(Timeout.Infinite, exchange.Stopped);
        });
        using TestCache impatient = new(settings => settings with { Http = settings.Http with { StallTimeout = TimeSpan.FromSeconds(1) } });

        AssetException error = await impatient.FailsAsync(TestCache.Request(Content, server.Url));

        Assert.That(error.Message, Does.Contain($"no byte for {OneSecond} (received 5000 bytes)"));
        Assert.That(error.IsTransient);
        Assert.That(server.Requests, Has.Count.EqualTo(4), "one attempt with new bytes, three without");
    }

    [Test]
    public async Task A_download_resumes_after_a_reset()
    {
        await using RudeServer server = new(async exchange =>
        {
            // Three resets, with two retries allowed: each attempt with new bytes starts the count again.
            if (exchange.Number > 3)
            {
                await RudeServer.ServeAsync(exchange, Content);
                return;
            }

            int from = exchange.RangeFrom;
            await exchange.HeadAsync(
                from == 0 ? "200 OK\r\nETag: \"v1\"" : $"206 Partial Content\r\nETag: \"v1\"\r\nContent-Range: bytes {from}-{Content.Length - 1}/{Content.Length}",
                Content.Length - from);
            await exchange.BodyAsync(Content.AsMemory(from, 200_000));
            await _cache.ArrivedAsync(Content, from + 200_000, exchange.Stopped);
            exchange.Reset();
        });

        string path = await _cache.FetchAsync(TestCache.Request(Content, server.Url));

        Assert.That(await File.ReadAllBytesAsync(path), Is.EqualTo(Content));
        Assert.That(server.Requests.Skip(1), Has.All.Contains("Range: bytes=").And.All.Contains("If-Range: \"v1\""));
        Assert.That(server.BytesSent, Is.EqualTo(Content.Length), "nothing is sent twice");
    }

    [Test]
    public async Task Without_range_support_a_download_starts_again_after_a_reset()
    {
        await using RudeServer server = new(async exchange =>
        {
            if (exchange.Number > 1)
            {
                await RudeServer.ServeAsync(exchange, Content, ranges: false);
                return;
            }

            await exchange.HeadAsync("200 OK", Content.Length);
            await exchange.BodyAsync(Content.AsMemory(0, 600_000));
            await _cache.ArrivedAsync(Content, 600_000, exchange.Stopped);
            exchange.Reset();
        });

        string path = await _cache.FetchAsync(TestCache.Request(Content, server.Url));

        Assert.That(await File.ReadAllBytesAsync(path), Is.EqualTo(Content));
        Assert.That(server.Requests.Last(), Does.Not.Contain("Range:"));
        Assert.That(server.BytesSent, Is.EqualTo(Content.Length + 600_000));
    }

    [Test]
    public async Task A_file_changed_between_two_attempts_is_fetched_completely()
    {
        byte[] old = TestCache.Content(1_000_000, seed: 2);
        await using RudeServer server = new(async exchange =>
        {
            if (exchange.Number == 1)
            {
                await exchange.HeadAsync("200 OK\r\nETag: \"old\"", old.Length);
                await exchange.BodyAsync(old.AsMemory(0, 300_000));
                await _cache.ArrivedAsync(Content, 300_000, exchange.Stopped);
                exchange.Reset();
                return;
            }

            // If-Range does not match: the server sends the complete new file.
            Assert.That(exchange.Request, Does.Contain("If-Range: \"old\""));
            await RudeServer.ServeAsync(exchange, Content, ranges: false);
        });

        string path = await _cache.FetchAsync(TestCache.Request(Content, server.Url));

        Assert.That(await File.ReadAllBytesAsync(path), Is.EqualTo(Content));
    }

    [Test]
    public async Task A_resumed_file_with_a_wrong_hash_is_fetched_again_from_the_start()
    {
        byte[] other = TestCache.Content(1_000_000, seed: 2);
        await using RudeServer server = new(async exchange =>
        {
            if (exchange.Number == 1)
            {
                await exchange.HeadAsync("200 OK\r\nETag: \"v1\"", other.Length);
                await exchange.BodyAsync(other.AsMemory(0, 300_000));
                await _cache.ArrivedAsync(Content, 300_000, exchange.Stopped);
                exchange.Reset();
                return;
            }

            // A server with the same ETag for a new content.
            await RudeServer.ServeAsync(exchange, Content);
        });

        string path = await _cache.FetchAsync(TestCache.Request(Content, server.Url));

        Assert.That(await File.ReadAllBytesAsync(path), Is.EqualTo(Content));
        Assert.That(server.BytesSent, Is.EqualTo(300_000 + 700_000 + 1_000_000));
    }

    [TestCase(1_500_000, "response ended", AssetFailure.Unreachable, TestName = "A_content_length_above_the_sent_bytes_is_an_error")]
    [TestCase(700_000, "SHA256", AssetFailure.WrongContent, TestName = "A_content_length_below_the_size_of_the_file_is_an_error")]
    public async Task A_lie_about_the_length(int promised, string reason, AssetFailure failure)
    {
        await using RudeServer server = new(async exchange =>
        {
            await exchange.HeadAsync("200 OK", promised);
            await exchange.BodyAsync(Content.AsMemory(0, Math.Min(promised, Content.Length)));
        });

        AssetException error = await _cache.FailsAsync(TestCache.Request(Content, server.Url));

        Assert.That(error.Message, Does.Contain(reason));
        Assert.That(error.Failure, Is.EqualTo(failure));
        Assert.That(_cache.Files, Has.None.EqualTo(TestCache.Sha256(Content)));
    }

    [Test]
    public async Task A_content_length_other_than_the_declared_size_is_refused_before_the_download()
    {
        await using RudeServer server = new(exchange => RudeServer.ServeAsync(exchange, Content));

        AssetException error = await _cache.FailsAsync(TestCache.Request(Content, server.Url) with { Size = 999_999 });

        Assert.That(error.Message, Does.Contain("Content-Length is 1000000, but the declared size is 999999 bytes"));
        Assert.That(error.Failure, Is.EqualTo(AssetFailure.WrongContent));
    }

    [Test]
    public async Task An_endless_response_stops_at_the_declared_size()
    {
        await using RudeServer server = new(async exchange =>
        {
            await exchange.HeadAsync("200 OK", null);
            while (true)
                await exchange.BodyAsync(Content);
        });

        AssetException error = await _cache.FailsAsync(TestCache.Request(Content, server.Url) with { Size = 2_000_000 });

        Assert.That(error.Message, Does.Contain("more than 2000000 bytes"));
        Assert.That(_cache.Files, Is.Empty);
    }

    [Test]
    public async Task Wrong_bytes_are_refused_and_the_error_has_both_hashes()
    {
        byte[] wrong = TestCache.Content(1_000_000, seed: 2);
        await using RudeServer server = new(exchange => RudeServer.ServeAsync(exchange, wrong));

        AssetException error = await _cache.FailsAsync(TestCache.Request(Content, server.Url));

        Assert.That(error.Message, Does.Contain(TestCache.Sha256(wrong)).And.Contain(TestCache.Sha256(Content)).And.Contain(server.Url));
        Assert.That(error.Failure, Is.EqualTo(AssetFailure.WrongContent));
        Assert.That(error.IsTransient, Is.False);
        Assert.That(_cache.Files, Is.Empty);
        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    [TestCase(404)]
    [TestCase(410)]
    public async Task Not_found_is_final(int status)
    {
        await using RudeServer server = new(exchange => exchange.HeadAsync($"{status} No", 0));

        AssetException error = await _cache.FailsAsync(TestCache.Request(Content, server.Url));

        Assert.That(error.Failure, Is.EqualTo(AssetFailure.NotFound));
        Assert.That(error.Message, Does.Contain($"HTTP {status}"));
        Assert.That(server.Requests, Has.Count.EqualTo(1));
        Assert.That(_cache.Files, Is.Empty);
    }

    [Test]
    public async Task A_server_unavailable_at_first_is_retried()
    {
        await using RudeServer server = new(exchange => exchange.Number < 3
            ? exchange.HeadAsync("503 Service Unavailable", 0)
            : RudeServer.ServeAsync(exchange, Content));

        await _cache.FetchAsync(TestCache.Request(Content, server.Url));

        Assert.That(server.Requests, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_redirect_is_followed_and_a_loop_is_not()
    {
        await using RudeServer server = new(exchange => RudeServer.ServeAsync(exchange, Content));
        await using RudeServer redirecting = new(exchange => exchange.HeadAsync($"302 Found\r\nLocation: {server.Url}", 0));
        await using RudeServer looping = new(exchange => exchange.HeadAsync("302 Found\r\nLocation: /asset.bin?again", 0));

        await _cache.FetchAsync(TestCache.Request(Content, redirecting.Url));
        AssetException error = await _cache.FailsAsync(TestCache.Request([1], looping.Url));

        Assert.That(error.Failure, Is.EqualTo(AssetFailure.Refused));
        Assert.That(error.Message, Does.Contain("more than 10 redirects"));
        Assert.That(looping.Requests, Has.Count.EqualTo(11), "a loop is not retried");
    }

    [Test]
    public async Task A_redirect_to_a_local_file_is_refused()
    {
        string local = Path.Combine(_cache.Root, "local");
        await File.WriteAllBytesAsync(local, Content);
        await using RudeServer server = new(exchange => exchange.HeadAsync($"302 Found\r\nLocation: file://{local}", 0));

        AssetException error = await _cache.FailsAsync(TestCache.Request(Content, server.Url));

        Assert.That(error.Failure, Is.EqualTo(AssetFailure.Refused));
        Assert.That(error.Message, Does.Contain("not an HTTP address"));
    }

    [Test]
    public async Task A_dripping_server_fails_after_the_total_timeout()
    {
        using TestCache impatient = new(settings => settings with { Http = settings.Http with { TotalTimeout = TimeSpan.FromSeconds(2) } });
        await using RudeServer server = new(exchange => RudeServer.ServeAsync(exchange, Content, chunk: 10, pause: TimeSpan.FromMilliseconds(50)));

        AssetException error = await impatient.FailsAsync(TestCache.Request(Content, server.Url));

        Assert.That(error.Message, Does.Contain($"not complete within {ScaledTime.Text(TimeSpan.FromSeconds(2))}"));
    }

    [Test]
    public async Task An_attempt_beyond_its_timeout_is_resumed_on_a_new_connection()
    {
        using TestCache impatient = new(settings => settings with { Http = settings.Http with { AttemptTimeout = TimeSpan.FromSeconds(1) } });
        await using RudeServer server = new(async exchange =>
        {
            if (exchange.Number > 1)
            {
                await RudeServer.ServeAsync(exchange, Content);
                return;
            }

            await exchange.HeadAsync("200 OK\r\nETag: \"v1\"", Content.Length);
            await exchange.BodyAsync(Content.AsMemory(0, 300_000));
            for (int at = 300_000; ; at += 10)
            {
                await exchange.BodyAsync(Content.AsMemory(at, 10));
                await Task.Delay(50, exchange.Stopped);
            }
        });

        string path = await impatient.FetchAsync(TestCache.Request(Content, server.Url));

        Assert.That(await File.ReadAllBytesAsync(path), Is.EqualTo(Content));
        Assert.That(server.Requests, Has.Count.EqualTo(2));
        Assert.That(server.Requests.Last(), Does.Contain("Range: bytes=30"));
    }

    [Test]
    public async Task The_next_source_is_tried_and_the_error_has_all_failures()
    {
        await using RudeServer gone = new(exchange => exchange.HeadAsync("404 No", 0));
        await using RudeServer good = new(exchange => RudeServer.ServeAsync(exchange, Content));

        await _cache.FetchAsync(TestCache.Request(Content, gone.Url, good.Url));
        AssetException error = await _cache.FailsAsync(TestCache.Request([1], gone.Url, "file:///no/such/file", "gopher://x/y"));

        Assert.That(error.Message, Does.Contain("HTTP 404").And.Contain("there is no file '/no/such/file'").And.Contain("no source for 'gopher:'"));
        Assert.That(error.Sources.Select(failed => (failed.Source, failed.Failure, failed.HttpStatus)), Is.EqualTo(new[]
        {
            (gone.Url, AssetFailure.NotFound, (int?)404), ("file:///no/such/file", AssetFailure.NotFound, null), ("gopher://x/y", AssetFailure.Refused, null),
        }));
    }

    [Test]
    public async Task A_mirror_rule_replaces_the_requested_address()
    {
        await using RudeServer server = new(exchange => RudeServer.ServeAsync(exchange, Content));
        string rules = $"https://assets.invalid/=http://127.0.0.1:1/ https://assets.invalid/files/={server.Url[..^"asset.bin".Length]}";
        using TestCache behindProxy = new(settings => settings with { Mirrors = MirrorRules.Parse(rules) });

        await behindProxy.FetchAsync(TestCache.Request(Content, "https://assets.invalid/files/asset.bin?x=1"));

        Assert.That(server.Requests.Single(), Does.StartWith("GET /asset.bin?x=1 HTTP/1.1"));
    }
}
