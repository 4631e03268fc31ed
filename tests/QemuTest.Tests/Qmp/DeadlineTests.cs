using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using QemuTest.NUnit;
using QemuTest.Qmp;

namespace QemuTest.Tests.Qmp;

/// <summary>Commands that are given up, and what is left of the session.</summary>
[Quick]
public sealed class DeadlineTests : QmpSessionTests
{
    private static readonly QmpCommandOptions Hurried = new() { Timeout = TimeSpan.FromMilliseconds(300) };

    [Test]
    public async Task A_reply_that_does_not_come_is_named_with_its_limit()
    {
        long began = Stopwatch.GetTimestamp();
        QmpTimeoutException error = (await Assert.ThrowsAsync<QmpTimeoutException>(
            async () => await Client.ExecuteAsync("query-block", options: Hurried)))!;

        Assert.That(error.Message, Is.EqualTo("Monitor 'session' did not answer 'query-block' within 0.3 s."));
        Assert.That(error.Awaited, Is.EqualTo("reply to 'query-block'"));
        Assert.That(error.Timeout, Is.EqualTo(Hurried.Timeout));
        Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(10)));
    }

    [Test]
    public async Task A_late_reply_is_dropped_and_the_session_goes_on()
    {
        await Assert.ThatAsync(async () => await Client.ExecuteAsync("query-block", options: Hurried), Throws.TypeOf<QmpTimeoutException>());
        ScriptedCommand late = await Monitor.ReadAsync();
        await Monitor.ReplyAsync(late, "\"too late\"");

        await AssertUsableAsync();
        Assert.That(
            Client.Transcript.Entries,
            Has.One.Matches<QmpTranscriptEntry>(e => e is { Direction: QmpDirection.Remark } && e.Text.Contains(late.Id)));
    }

    [Test]
    public async Task The_sessions_own_limit_counts_where_a_command_names_none()
    {
        (ScriptedMonitor monitor, QmpClient client) = await ScriptedMonitor.ConnectAsync(new() { CommandTimeout = TimeSpan.FromMilliseconds(250) });
        using ScriptedMonitor owned = monitor;
        await using QmpClient session = client;

        await Assert.ThatAsync(
            async () => await client.ExecuteAsync("query-block"),
            Throws.TypeOf<QmpTimeoutException>().With.Property(nameof(QmpTimeoutException.Timeout)).EqualTo(TimeSpan.FromMilliseconds(250)));
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(86_401)]
    [TestCase(1e11)]
    public void A_limit_that_is_none_is_refused_when_the_options_are_built(double seconds) => Assert.That(
        () => new QmpCommandOptions { Timeout = TimeSpan.FromSeconds(seconds) },
        Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("longer than zero and not longer than a day")
            .And.Property(nameof(ArgumentException.ParamName)).EqualTo(nameof(QmpCommandOptions.Timeout)));

    [Test]
    public void A_day_is_a_limit_and_so_is_that_of_the_session()
    {
        Assert.That(new QmpCommandOptions { Timeout = TimeSpan.FromDays(1) }.Timeout, Is.EqualTo(TimeSpan.FromDays(1)));
        Assert.That(new QmpCommandOptions { Timeout = null }.Timeout, Is.Null);
    }

    [Test]
    public async Task Cancelling_one_command_leaves_the_others_and_the_session_alone()
    {
        using var cancel = new CancellationTokenSource();
        Task<JsonElement> unwanted = Client.ExecuteAsync("query-block", cancellationToken: cancel.Token);
        Task<JsonElement> wanted = Client.ExecuteAsync("query-name");
        ScriptedCommand first = await Monitor.ReadAsync();
        ScriptedCommand second = await Monitor.ReadAsync();

        await cancel.CancelAsync();
        await Assert.ThatAsync(async () => await unwanted, Throws.InstanceOf<OperationCanceledException>());
        await Monitor.ReplyAsync(first, "1");
        await Monitor.ReplyAsync(second, "2");

        Assert.That((await wanted).GetInt32(), Is.EqualTo(2));
        await AssertUsableAsync();
    }

    [Test]
    public async Task A_monitor_that_does_not_even_read_is_given_up_within_the_limit()
    {
        // More than the kernel takes for a peer that does not read.
        var arguments = new JsonObject { ["data"] = new string('x', 4 * 1024 * 1024) };
        long began = Stopwatch.GetTimestamp();
        Task<JsonElement> writing = Client.ExecuteAsync("ringbuf-write", arguments, Hurried);
        Task first = await Task.WhenAny(writing, Task.Delay(TimeSpan.FromSeconds(10)));

        Assert.That(first, Is.SameAs(writing), "the limit must hold for the sending too");
        await Assert.ThatAsync(async () => await writing, Throws.TypeOf<QmpTimeoutException>());
        Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(10)));

        // Once begun a message is sent whole, so that the next one is not spoilt.
        Task<ScriptedCommand> reading = Monitor.ReadAsync();
        Assert.That((await reading).Name, Is.EqualTo("ringbuf-write"));
        await AssertUsableAsync();
    }
}
