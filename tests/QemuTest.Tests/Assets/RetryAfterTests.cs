using System.Globalization;
using QemuTest.Assets;
using QemuTest.NUnit;

namespace QemuTest.Tests.Assets;

/// <summary>The delay that a server asks for, on a clock that moves by hand and on real sockets.</summary>
[Quick]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RetryAfterTests
{
    private static readonly byte[] Content = TestCache.Content(1000);
    private static readonly TimeSpan Asked = TimeSpan.FromSeconds(25);

    private readonly WatchedTime _time = new();
    private readonly TestCache _cache;

    public RetryAfterTests() => _cache = new TestCache(settings => settings with { Http = settings.Http with { TimeProvider = _time } });

    [TearDown]
    public void RemoveCache() => _cache.Dispose();

    [Test]
    [TestTimeout(30)]
    public Task Retry_after_in_seconds_delays_the_next_request() => DelaysTheNextRequestAsync("25");

    [Test]
    [TestTimeout(30)]
    public Task Retry_after_as_a_date_delays_the_next_request() =>
        DelaysTheNextRequestAsync((_time.GetUtcNow() + Asked).ToString("R", CultureInfo.InvariantCulture));

    [Test]
    [TestTimeout(30)]
    public async Task A_retry_after_in_the_past_is_no_delay()
    {
        string past = (_time.GetUtcNow() - Asked).ToString("R", CultureInfo.InvariantCulture);
        await using RudeServer server = new(exchange => exchange.Number == 1
            ? exchange.HeadAsync($"503 Service Unavailable\r\nRetry-After: {past}", 0)
            : RudeServer.ServeAsync(exchange, Content));

        // The clock stands still, so any delay would last for ever.
        await _cache.FetchAsync(TestCache.Request(Content, server.Url));

        Assert.That(server.Requests, Has.Count.EqualTo(2));
    }

    [Test]
    [TestTimeout(30)]
    public async Task A_longer_delay_than_accepted_ends_the_attempts()
    {
        await using RudeServer server = new(exchange => exchange.HeadAsync("503 Service Unavailable\r\nRetry-After: 3600", 0));

        AssetException error = await _cache.FailsAsync(TestCache.Request(Content, server.Url));

        Assert.That(error.Message, Does.Contain("HTTP 503").And.Contain("asks for a retry after 3600 s"));
        Assert.That(error.Sources.Single().HttpStatus, Is.EqualTo(503));
        Assert.That(error.IsTransient);
        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    private async Task DelaysTheNextRequestAsync(string header)
    {
        await using RudeServer server = new(exchange => exchange.Number == 1
            ? exchange.HeadAsync($"503 Service Unavailable\r\nRetry-After: {header}", 0)
            : RudeServer.ServeAsync(exchange, Content));
        Task<string> fetch = _cache.FetchAsync(TestCache.Request(Content, server.Url));
        await _time.TimerStartedAsync(Asked, Installed.Token);

        _time.Advance(Asked - TimeSpan.FromMilliseconds(1));
        Assert.That(server.Requests, Has.Count.EqualTo(1));
        Assert.That(fetch.IsCompleted, Is.False);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await fetch;
        Assert.That(server.Requests, Has.Count.EqualTo(2));
    }
}
