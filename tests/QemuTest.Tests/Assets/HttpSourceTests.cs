using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using QemuTest.Assets;
using QemuTest.NUnit;

namespace QemuTest.Tests.Assets;

/// <summary>Every way a server can fail that was thought of, and what comes of it; all on real sockets.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Thorough]
public sealed class HttpSourceTests
{
    private static readonly byte[] Content = TestCache.Content(1_000_000);

    // A bound for "it gave up by itself", far from the limit of a second and farther from those of the cache.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(18);

    private readonly TestCache _cache = new();

    [TearDown]
    public void RemoveCache() => _cache.Dispose();

    [Test]
    public async Task A_slow_server_is_waited_for()
    {
        // It takes 4 s over the whole, which is more than it may take over any one byte.
        using TestCache patient = new(settings => settings with { Http = settings.Http with { Stall = TimeSpan.FromSeconds(3) } });
        await using RudeServer server = new(exchange => RudeServer.ServeAsync(exchange, Content, chunk: 50_000, pause: TimeSpan.FromMilliseconds(200)));

        string path = await patient.FetchAsync(TestCache.Request(Content, server.Url));

        Assert.That(await File.ReadAllBytesAsync(path), Is.EqualTo(Content));
        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_server_that_never_answers_is_given_up_within_the_limit()
    {
        await using RudeServer server = new(exchange => Task.Delay(Timeout.Infinite, exchange.Stopped));
        using TestCache impatient = new(settings => settings with { Http = settings.Http with { FirstByte = TimeSpan.FromSeconds(1) } });
        Stopwatch clock = Stopwatch.StartNew();

        AssetException e = await impatient.FailsAsync(TestCache.Request(Content, server.Url));

        Assert.That(e.Message, Does.Contain("no answer within 1 s").And.Contain(server.Url).And.Contain("eng/precache.sh test/asset"));
        Assert.That(e.Failure, Is.EqualTo(AssetFailure.Unreachable));
        Assert.That(clock.Elapsed, Is.LessThan(Bound), "three tries of one second");
        Assert.That(server.Requests, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_name_that_nobody_knows_is_asked_for_once()
    {
        const string Host = "qemu-test.invalid";
        SocketException unknown = (await Assert.CatchAsync<SocketException>(() => Dns.GetHostAddressesAsync(Host)))!;
        Assume.That(unknown.SocketErrorCode, Is.EqualTo(SocketError.HostNotFound), "a machine whose resolver cannot tell is asked again");
        using TestCache patient = new(settings => settings with
        {
            Http = settings.Http with { Delay = TimeSpan.FromHours(1), MaxDelay = TimeSpan.FromHours(1) },
        });

        AssetException e = await patient.FailsAsync(TestCache.Request(Content, $"http://{Host}/file"));

        Assert.That(e.Message, Does.Contain(Host).And.Not.Contain("not complete within"));
        Assert.That(e.IsTransient, "another time there may be a network");
    }

    [Test]
    public async Task A_server_that_stalls_midway_for_ever_is_given_up_within_the_limit()
    {
        await using RudeServer server = new(async exchange =>
        {
            await exchange.HeadAsync("200 OK", Content.Length);
            await exchange.BodyAsync(Content.AsMemory(0, 5000));
            await Task.Delay(Timeout.Infinite, exchange.Stopped);
        });
        using TestCache impatient = new(settings => settings with { Http = settings.Http with { Stall = TimeSpan.FromSeconds(1) } });
        Stopwatch clock = Stopwatch.StartNew();

        AssetException e = await impatient.FailsAsync(TestCache.Request(Content, server.Url));

        Assert.That(e.Message, Does.Contain("no byte for 1 s (have 5000 bytes)"));
        Assert.That(e.IsTransient);
        Assert.That(clock.Elapsed, Is.LessThan(Bound));
    }

    [Test]
    public async Task A_reset_midway_goes_on_where_it_stopped()
    {
        await using RudeServer server = new(async exchange =>
        {
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
        Assert.That(server.BytesSent, Is.EqualTo(Content.Length), "nothing was sent twice");
    }

    [Test]
    public async Task A_reset_midway_without_range_support_starts_over()
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
    public async Task A_file_that_changed_between_two_tries_is_brought_whole()
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

            // If-Range does not fit: the whole new file.
            Assert.That(exchange.Request, Does.Contain("If-Range: \"old\""));
            await RudeServer.ServeAsync(exchange, Content, ranges: false);
        });

        string path = await _cache.FetchAsync(TestCache.Request(Content, server.Url));

        Assert.That(await File.ReadAllBytesAsync(path), Is.EqualTo(Content));
    }

    [Test]
    public async Task A_resumed_file_that_comes_out_wrong_is_brought_once_more_from_the_start()
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

            // This server forgot to change its ETag with its content.
            await RudeServer.ServeAsync(exchange, Content);
        });

        AssetRequest request = TestCache.Request(Content, server.Url);
        string path = await _cache.FetchAsync(request);

        Assert.That(await File.ReadAllBytesAsync(path), Is.EqualTo(Content));
        Assert.That(server.BytesSent, Is.EqualTo(300_000 + 700_000 + 1_000_000));
    }

    [TestCase(1_500_000, "ended", AssetFailure.Unreachable, TestName = "A_server_that_promises_more_than_it_sends_is_not_believed")]
    [TestCase(700_000, "SHA256", AssetFailure.WrongContent, TestName = "A_server_that_promises_less_than_the_file_is_not_believed")]
    public async Task A_lie_about_the_length(int promised, string reason, AssetFailure failure)
    {
        await using RudeServer server = new(async exchange =>
        {
            await exchange.HeadAsync("200 OK", promised);
            await exchange.BodyAsync(Content.AsMemory(0, Math.Min(promised, Content.Length)));
        });

        AssetException e = await _cache.FailsAsync(TestCache.Request(Content, server.Url));

        Assert.That(e.Message, Does.Contain(reason));
        Assert.That(e.Failure, Is.EqualTo(failure));
        Assert.That(_cache.Files, Has.None.EqualTo(TestCache.Sha256(Content)));
    }

    [Test]
    public async Task A_length_that_is_not_the_declared_one_is_refused_before_the_download()
    {
        await using RudeServer server = new(exchange => RudeServer.ServeAsync(exchange, Content));

        AssetException e = await _cache.FailsAsync(TestCache.Request(Content, server.Url) with { Size = 999_999 });

        Assert.That(e.Message, Does.Contain("Content-Length is 1000000, the asset has 999999 bytes"));
        Assert.That(e.Failure, Is.EqualTo(AssetFailure.WrongContent));
    }

    [Test]
    public async Task A_server_that_sends_without_end_is_stopped_at_the_declared_size()
    {
        await using RudeServer server = new(async exchange =>
        {
            await exchange.HeadAsync("200 OK", null);
            while (true)
                await exchange.BodyAsync(Content);
        });

        AssetException e = await _cache.FailsAsync(TestCache.Request(Content, server.Url) with { Size = 2_000_000 });

        Assert.That(e.Message, Does.Contain("more than the 2000000 bytes"));
        Assert.That(_cache.Files, Is.Empty);
    }

    [Test]
    public async Task Wrong_bytes_are_refused_with_both_hashes_and_not_kept()
    {
        byte[] wrong = TestCache.Content(1_000_000, seed: 2);
        await using RudeServer server = new(exchange => RudeServer.ServeAsync(exchange, wrong));

        AssetException e = await _cache.FailsAsync(TestCache.Request(Content, server.Url));

        Assert.That(e.Message, Does.Contain(TestCache.Sha256(wrong)).And.Contain(TestCache.Sha256(Content)).And.Contain(server.Url));
        Assert.That(e.Failure, Is.EqualTo(AssetFailure.WrongContent));
        Assert.That(e.IsTransient, Is.False);
        Assert.That(_cache.Files, Is.Empty);
        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    [TestCase(404)]
    [TestCase(410)]
    public async Task Not_found_is_final(int status)
    {
        await using RudeServer server = new(exchange => exchange.HeadAsync($"{status} No", 0));

        AssetException e = await _cache.FailsAsync(TestCache.Request(Content, server.Url));

        Assert.That(e.Failure, Is.EqualTo(AssetFailure.NotFound));
        Assert.That(e.Message, Does.Contain($"HTTP {status}"));
        Assert.That(server.Requests, Has.Count.EqualTo(1));
        Assert.That(_cache.Files, Is.Empty);
    }

    [Test]
    public async Task Unavailable_and_then_there_is_tried_again()
    {
        await using RudeServer server = new(exchange => exchange.Number < 3
            ? exchange.HeadAsync("503 Service Unavailable\r\nRetry-After: 1", 0)
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
        AssetException e = await _cache.FailsAsync(TestCache.Request([1], looping.Url));

        Assert.That(e.Failure, Is.EqualTo(AssetFailure.Refused));
        Assert.That(e.Message, Does.Contain("more than 10 redirects"));
        Assert.That(looping.Requests, Has.Count.EqualTo(11), "a loop is not tried again");
    }

    [Test]
    public async Task A_redirect_to_a_local_file_is_refused()
    {
        string local = Path.Combine(_cache.Root, "local");
        await File.WriteAllBytesAsync(local, Content);
        await using RudeServer server = new(exchange => exchange.HeadAsync($"302 Found\r\nLocation: file://{local}", 0));

        AssetException e = await _cache.FailsAsync(TestCache.Request(Content, server.Url));

        Assert.That(e.Failure, Is.EqualTo(AssetFailure.Refused));
        Assert.That(e.Message, Does.Contain("not of the web"));
    }

    [Test]
    public async Task A_drip_ends_at_the_limit_of_the_whole()
    {
        using TestCache impatient = new(settings => settings with { Http = settings.Http with { Total = TimeSpan.FromSeconds(2) } });
        await using RudeServer server = new(exchange => RudeServer.ServeAsync(exchange, Content, chunk: 10, pause: TimeSpan.FromMilliseconds(50)));
        Stopwatch clock = Stopwatch.StartNew();

        AssetException e = await impatient.FailsAsync(TestCache.Request(Content, server.Url));

        Assert.That(e.Message, Does.Contain("not complete within 2 s"));
        Assert.That(clock.Elapsed, Is.LessThan(Bound));
    }

    [Test]
    public async Task The_next_source_is_tried_and_all_failures_are_told()
    {
        await using RudeServer gone = new(exchange => exchange.HeadAsync("404 No", 0));
        await using RudeServer good = new(exchange => RudeServer.ServeAsync(exchange, Content));

        await _cache.FetchAsync(TestCache.Request(Content, gone.Url, good.Url));
        AssetException e = await _cache.FailsAsync(TestCache.Request([1], gone.Url, "file:///no/such/file", "gopher://x/y"));

        Assert.That(e.Message, Does.Contain("HTTP 404").And.Contain("there is no file '/no/such/file'").And.Contain("no source for 'gopher:'"));
    }

    [Test]
    public async Task A_mirror_rule_rewrites_what_is_asked()
    {
        await using RudeServer server = new(exchange => RudeServer.ServeAsync(exchange, Content));
        string rules = $"https://assets.invalid/=http://127.0.0.1:1/ https://assets.invalid/files/={server.Url[..^"asset.bin".Length]}";
        using TestCache behindProxy = new(settings => settings with { Mirrors = MirrorRules.Parse(rules) });

        await behindProxy.FetchAsync(TestCache.Request(Content, "https://assets.invalid/files/asset.bin?x=1"));

        Assert.That(server.Requests.Single(), Does.StartWith("GET /asset.bin?x=1 HTTP/1.1"));
    }
}
