using System.Diagnostics;
using System.Text.Json;
using QemuTest.NUnit;
using QemuTest.Qmp;

namespace QemuTest.Tests.Qmp;

[Quick]
public sealed class EventTests : QmpSessionTests
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(300);

    [Test]
    public async Task An_event_that_comes_before_anyone_waits_is_kept()
    {
        using QmpEventSubscription events = Client.Subscribe("STOP");
        await Monitor.EventAsync("STOP", """{"why": "because", "number": 7}""");
        await AssertUsableAsync();

        QmpEvent stop = await events.NextAsync("STOP", Generous);
        Assert.That(stop.Name, Is.EqualTo("STOP"));
        Assert.That(stop.Text("why"), Is.EqualTo("because"));
        Assert.That(stop.Text("number"), Is.EqualTo("7"));
        Assert.That(stop.Text("nothing"), Is.Null);
        Assert.That(stop.ToString(), Does.StartWith("STOP {").And.Contain("because"));
        Assert.That(stop.Timestamp, Is.EqualTo(new DateTimeOffset(2023, 11, 14, 22, 13, 20, TimeSpan.Zero).AddMicroseconds(123456)));
    }

    [Test]
    public async Task An_event_without_data_has_none()
    {
        using QmpEventSubscription events = Client.Subscribe();
        await Monitor.SendLineAsync("""{"event": "RESET", "timestamp": {"seconds": 1, "microseconds": 0}}""");

        QmpEvent reset = await events.NextAsync("RESET", Generous);
        Assert.That(reset.Data.ValueKind, Is.EqualTo(JsonValueKind.Undefined));
        Assert.That(reset.Text("anything"), Is.Null);
        Assert.That(reset.ToString(), Is.EqualTo("RESET"));
    }

    [Test]
    public async Task A_subscription_takes_only_the_names_it_asked_for()
    {
        using QmpEventSubscription some = Client.Subscribe("RESUME", "RESET");
        using QmpEventSubscription all = Client.Subscribe();
        foreach (string name in (string[])["STOP", "RESUME", "STOP", "RESET"])
            await Monitor.EventAsync(name);
        await AssertUsableAsync();

        Assert.That(some.Drain().Select(e => e.Name), Is.EqualTo(["RESUME", "RESET"]));
        Assert.That(all.Drain().Select(e => e.Name), Is.EqualTo(["STOP", "RESUME", "STOP", "RESET"]));
        Assert.That(all.Drain(), Is.Empty, "what was taken is gone");
    }

    [Test]
    public async Task A_subscription_may_filter_by_the_data()
    {
        using QmpEventSubscription completed = Client.Subscribe(e => e.Name == "MIGRATION" && e.Text("status") == "completed");
        await Monitor.EventAsync("MIGRATION", """{"status": "active"}""");
        await Monitor.EventAsync("JOB", """{"status": "completed"}""");
        await Monitor.EventAsync("MIGRATION", """{"status": "completed"}""");
        await AssertUsableAsync();

        Assert.That(completed.Drain().Select(e => $"{e.Name} {e.Text("status")}"), Is.EqualTo(["MIGRATION completed"]));
    }

    [Test]
    public async Task A_filter_that_throws_fails_its_own_subscription_only()
    {
        using QmpEventSubscription broken = Client.Subscribe(e => e.Data.GetProperty("missing").GetBoolean());
        using QmpEventSubscription sound = Client.Subscribe();
        await Monitor.EventAsync("STOP");

        await Assert.ThatAsync(async () => await broken.NextAsync("STOP", Generous), Throws.TypeOf<KeyNotFoundException>());
        Assert.That((await sound.NextAsync("STOP", Generous)).Name, Is.EqualTo("STOP"));
        await AssertUsableAsync();
    }

    [Test]
    public async Task A_wait_passes_over_what_it_does_not_want()
    {
        using QmpEventSubscription events = Client.Subscribe();
        foreach (string status in (string[])["setup", "active", "completed", "late"])
            await Monitor.EventAsync("MIGRATION", $$"""{"status": "{{status}}"}""");

        QmpEvent found = await events.NextAsync("MIGRATION completed", Generous, e => e.Text("status") == "completed");
        QmpEvent next = await events.NextAsync("MIGRATION", Generous);

        Assert.That(found.Text("status"), Is.EqualTo("completed"));
        Assert.That(next.Text("status"), Is.EqualTo("late"));
    }

    [Test]
    public async Task A_wait_that_runs_out_names_what_it_saw_instead()
    {
        using QmpEventSubscription events = Client.Subscribe();
        await Monitor.EventAsync("RTC_CHANGE");
        await Monitor.EventAsync("RESET");
        await Monitor.EventAsync("RTC_CHANGE");

        QmpTimeoutException error = (await Assert.ThrowsAsync<QmpTimeoutException>(
            async () => await events.NextAsync("STOP", Brief, e => e.Name == "STOP")))!;

        Assert.That(error.Message, Is.EqualTo("Event 'STOP' did not come within 0.3 s; seen instead: RTC_CHANGE (2 times), RESET."));
        Assert.That(error.Awaited, Is.EqualTo("event STOP"));
        Assert.That(error.Timeout, Is.EqualTo(Brief));
        await AssertUsableAsync();
    }

    [Test]
    public async Task A_wait_that_runs_out_in_silence_says_so()
    {
        using QmpEventSubscription events = Client.Subscribe();

        QmpTimeoutException error = (await Assert.ThrowsAsync<QmpTimeoutException>(async () => await events.NextAsync("STOP", Brief)))!;

        Assert.That(error.Message, Does.EndWith("seen instead: no event."));
    }

    [Test]
    public async Task The_limit_holds_though_other_events_keep_coming()
    {
        using QmpEventSubscription events = Client.Subscribe();
        await Monitor.EventAsync("RTC_CHANGE");
        long began = Stopwatch.GetTimestamp();

        // Whenever one is looked at the next is there already, so that the wait never sleeps; it ends by itself at last, so
        // that a broken limit fails the test and does not hang it.
        bool Unwanted(QmpEvent seen)
        {
            if (Stopwatch.GetElapsedTime(began) < Generous / 2)
                events.Offer(seen);
            return false;
        }

        QmpTimeoutException error = (await Assert.ThrowsAsync<QmpTimeoutException>(async () => await events.NextAsync("STOP", Brief, Unwanted)))!;

        Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(Generous / 2));
        Assert.That(error.Message, Does.Match(@"seen instead: RTC_CHANGE \(\d+ times\)\.$"));
    }

    [Test]
    public async Task A_cancelled_wait_is_cancelled_and_not_a_failure()
    {
        using QmpEventSubscription events = Client.Subscribe();
        using var cancel = new CancellationTokenSource();
        Task<QmpEvent> waiting = events.NextAsync("STOP", Generous, cancellationToken: cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThatAsync(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
        await Monitor.EventAsync("STOP");
        Assert.That((await events.NextAsync("STOP", Generous)).Name, Is.EqualTo("STOP"));
    }

    [Test]
    public async Task A_disposed_subscription_takes_nothing_more_and_ends_its_wait()
    {
        QmpEventSubscription gone = Client.Subscribe();
        Task<QmpEvent> waiting = gone.NextAsync("STOP", Generous);
        gone.Dispose();
        gone.Dispose();
        await Monitor.EventAsync("STOP");
        await AssertUsableAsync();

        QmpDisconnectedException error = (await Assert.ThrowsAsync<QmpDisconnectedException>(async () => await waiting))!;
        Assert.That(error.Message, Does.Contain("subscription").And.Contain("STOP"));
        Assert.That(gone.Drain(), Is.Empty);
    }

    [Test]
    public async Task A_disconnect_ends_the_stream_after_what_had_arrived()
    {
        using QmpEventSubscription events = Client.Subscribe();
        await Monitor.EventAsync("POWERDOWN");
        await Monitor.EventAsync("SHUTDOWN");
        Monitor.HangUp();
        var seen = new List<string>();
        await foreach (QmpEvent next in events)
            seen.Add(next.Name);

        Assert.That(seen, Is.EqualTo(["POWERDOWN", "SHUTDOWN"]));
        QmpDisconnectedException error = (await Assert.ThrowsAsync<QmpDisconnectedException>(async () => await events.NextAsync("STOP", Generous)))!;
        Assert.That(error.Message, Does.Contain("STOP"));
    }

    [Test]
    public async Task A_broken_connection_ends_the_stream_with_its_reason()
    {
        using QmpEventSubscription events = Client.Subscribe();
        Task<QmpEvent> waiting = events.NextAsync("STOP", Generous);
        await Monitor.SendLineAsync("garbage");

        await Assert.ThatAsync(async () => await waiting, Throws.TypeOf<QmpProtocolException>().With.Message.Contains("garbage"));
    }

    [Test]
    public async Task Subscribing_after_the_end_is_told_at_once()
    {
        Monitor.HangUp();
        await Client.Closed;
        using QmpEventSubscription events = Client.Subscribe("STOP");

        await Assert.ThatAsync(async () => await events.NextAsync("STOP", Generous), Throws.TypeOf<QmpDisconnectedException>());
    }

    [TestCase("""{"event": 5, "timestamp": {"seconds": 1, "microseconds": 0}}""")]
    [TestCase("""{"event": "STOP"}""")]
    [TestCase("""{"event": "STOP", "timestamp": 5}""")]
    [TestCase("""{"event": "STOP", "timestamp": {"seconds": 1}}""")]
    [TestCase("""{"event": "STOP", "timestamp": {"seconds": "1", "microseconds": 0}}""")]
    [TestCase("""{"event": "STOP", "timestamp": {"seconds": 1.5, "microseconds": 0}}""")]
    [TestCase("""{"event": "STOP", "timestamp": {"seconds": 999999999999999, "microseconds": 0}}""")]
    public async Task A_broken_event_ends_the_session_and_is_shown(string message)
    {
        Task<JsonElement> running = Client.ExecuteAsync("query-status");
        await Monitor.ReadAsync();
        await Monitor.SendLineAsync(message);

        Exception? reason = await Client.Closed.WaitAsync(Generous);
        Assert.That(reason, Is.TypeOf<QmpProtocolException>().With.Message.EqualTo($"An event without name or timestamp: {message}"));
        await Assert.ThatAsync(async () => await running, Throws.TypeOf<QmpProtocolException>());
    }

    [Test]
    public async Task A_time_stamp_that_QEMU_could_not_take_is_the_least_of_all()
    {
        using QmpEventSubscription events = Client.Subscribe();
        await Monitor.SendLineAsync("""{"event": "STOP", "timestamp": {"seconds": -1, "microseconds": -1}}""");

        Assert.That((await events.NextAsync("STOP", Generous)).Timestamp, Is.EqualTo(DateTimeOffset.MinValue));
    }
}
