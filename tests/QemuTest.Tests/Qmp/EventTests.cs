using System.Diagnostics;
using System.Text.Json;
using QemuTest.NUnit;
using QemuTest.Qmp;

namespace QemuTest.Tests.Qmp;

[Quick]
public sealed class EventTests : QmpSessionTests
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(300);

    [Test]
    public async Task An_event_before_the_wait_is_kept()
    {
        using QmpEventSubscription events = Client.Subscribe("STOP");
        await Monitor.EventAsync("STOP", """{"why": "because", "number": 7}""");
        await AssertUsableAsync();

        QmpEvent stop = await events.NextAsync("STOP", Generous);
        Assert.That(stop.Name, Is.EqualTo("STOP"));
        Assert.That(stop.GetString("why"), Is.EqualTo("because"));
        Assert.That(stop.GetString("number"), Is.EqualTo("7"));
        Assert.That(stop.GetString("nothing"), Is.Null);
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
        Assert.That(reset.GetString("anything"), Is.Null);
        Assert.That(reset.ToString(), Is.EqualTo("RESET"));
    }

    [Test]
    public async Task A_subscription_takes_only_events_with_its_names()
    {
        using QmpEventSubscription some = Client.Subscribe("RESUME", "RESET");
        using QmpEventSubscription all = Client.Subscribe();
        foreach (string name in (string[])["STOP", "RESUME", "STOP", "RESET"])
            await Monitor.EventAsync(name);
        await AssertUsableAsync();

        Assert.That(some.Drain().Select(e => e.Name), Is.EqualTo(["RESUME", "RESET"]));
        Assert.That(all.Drain().Select(e => e.Name), Is.EqualTo(["STOP", "RESUME", "STOP", "RESET"]));
        Assert.That(all.Drain(), Is.Empty, "taken events are removed");
    }

    [Test]
    public async Task A_subscription_may_filter_by_the_data()
    {
        using QmpEventSubscription completed = Client.Subscribe(e => e.Name == "MIGRATION" && e.GetString("status") == "completed");
        await Monitor.EventAsync("MIGRATION", """{"status": "active"}""");
        await Monitor.EventAsync("JOB", """{"status": "completed"}""");
        await Monitor.EventAsync("MIGRATION", """{"status": "completed"}""");
        await AssertUsableAsync();

        Assert.That(completed.Drain().Select(e => $"{e.Name} {e.GetString("status")}"), Is.EqualTo(["MIGRATION completed"]));
    }

    [Test]
    public async Task An_exception_of_a_filter_fails_only_its_own_subscription()
    {
        using QmpEventSubscription broken = Client.Subscribe(e => e.Data.GetProperty("missing").GetBoolean());
        using QmpEventSubscription sound = Client.Subscribe();
        await Monitor.EventAsync("STOP");

        await Assert.ThatAsync(async () => await broken.NextAsync("STOP", Generous), Throws.TypeOf<KeyNotFoundException>());
        Assert.That((await sound.NextAsync("STOP", Generous)).Name, Is.EqualTo("STOP"));
        await AssertUsableAsync();
    }

    [Test]
    public async Task A_wait_skips_events_that_do_not_match()
    {
        using QmpEventSubscription events = Client.Subscribe();
        foreach (string status in (string[])["setup", "active", "completed", "late"])
            await Monitor.EventAsync("MIGRATION", $$"""{"status": "{{status}}"}""");

        QmpEvent found = await events.NextAsync("MIGRATION", Generous, e => e.GetString("status") == "completed");
        QmpEvent next = await events.NextAsync("MIGRATION", Generous);

        Assert.That(found.GetString("status"), Is.EqualTo("completed"));
        Assert.That(next.GetString("status"), Is.EqualTo("late"));
    }

    [Test]
    public async Task A_wait_by_name_does_not_take_another_event()
    {
        using QmpEventSubscription events = Client.Subscribe();
        await Monitor.EventAsync("RESET");
        await Monitor.EventAsync("STOP", """{"number": 1}""");
        await Monitor.EventAsync("RESUME");
        await Monitor.EventAsync("STOP", """{"number": 2}""");

        Assert.That((await events.NextAsync("STOP", Generous)).Name, Is.EqualTo("STOP"));
        QmpEvent second = await events.NextAsync("STOP", Generous, e => e.GetString("number") == "2");
        Assert.That((second.Name, second.GetString("number")), Is.EqualTo(("STOP", "2")));
    }

    [Test]
    public async Task A_wait_for_a_condition_takes_an_event_of_any_name_and_needs_no_description()
    {
        using QmpEventSubscription events = Client.Subscribe();
        await Monitor.EventAsync("RESET");
        await Monitor.EventAsync("SHUTDOWN", """{"guest": true}""");

        QmpEvent found = await events.NextAsync(e => e.GetString("guest") == "True", Generous);
        QmpTimeoutException error = (await Assert.ThrowsAsync<QmpTimeoutException>(async () => await events.NextAsync(e => false, Brief)))!;

        Assert.That(found.Name, Is.EqualTo("SHUTDOWN"));
        Assert.That(error.Awaited, Is.EqualTo("event that meets the condition"));
        Assert.That(error.Message, Does.StartWith($"Monitor 'session': event that meets the condition did not come within {ScaledTime.Text(Brief)}"));
    }

    [Test]
    public async Task An_error_has_the_names_of_the_monitor_and_of_the_command_as_data()
    {
        using QmpEventSubscription events = Client.Subscribe();
        QmpTimeoutException noEvent = (await Assert.ThrowsAsync<QmpTimeoutException>(async () => await events.NextAsync("STOP", Brief)))!;
        QmpTimeoutException noReply = (await Assert.ThrowsAsync<QmpTimeoutException>(
            async () => await Client.ExecuteAsync("stop", options: new() { Timeout = Brief })))!;
        Task<JsonElement> pending = Client.ExecuteAsync("cont");
        Monitor.HangUp();
        QmpDisconnectedException running = (await Assert.ThrowsAsync<QmpDisconnectedException>(async () => await pending))!;
        QmpDisconnectedException late = (await Assert.ThrowsAsync<QmpDisconnectedException>(async () => await Client.ExecuteAsync("quit")))!;

        Assert.That(
            new QmpException[] { noEvent, noReply, running, late }.Select(error => (error.Monitor, error.Command)),
            Is.EqualTo(new (string?, string?)[] { ("session", null), ("session", "stop"), ("session", "cont"), ("session", "quit") }));
    }

    [Test]
    public async Task The_error_of_an_expired_wait_lists_the_other_events()
    {
        using QmpEventSubscription events = Client.Subscribe();
        await Monitor.EventAsync("RTC_CHANGE");
        await Monitor.EventAsync("RESET");
        await Monitor.EventAsync("RTC_CHANGE");

        QmpTimeoutException error = (await Assert.ThrowsAsync<QmpTimeoutException>(
            async () => await events.NextAsync("STOP", Brief)))!;

        Assert.That(error.Message, Is.EqualTo($"Monitor 'session': event 'STOP' did not come within {ScaledTime.Text(Brief)}; seen instead: RTC_CHANGE (2 times), RESET."));
        Assert.That(error.Awaited, Is.EqualTo("event 'STOP'"));
        Assert.That(error.Timeout, Is.EqualTo(Timeouts.Scale(Brief)));
        await AssertUsableAsync();
    }

    [Test]
    public async Task The_error_of_an_expired_wait_says_if_there_was_no_event()
    {
        using QmpEventSubscription events = Client.Subscribe();

        QmpTimeoutException error = (await Assert.ThrowsAsync<QmpTimeoutException>(async () => await events.NextAsync("STOP", Brief)))!;

        Assert.That(error.Message, Does.EndWith("seen instead: no event."));
    }

    [Test]
    public async Task The_timeout_applies_to_the_whole_wait_even_if_other_events_arrive()
    {
        using QmpEventSubscription events = Client.Subscribe();
        await Monitor.EventAsync("RTC_CHANGE");
        long began = Stopwatch.GetTimestamp();

        bool ended = false;

        // Each check of an event adds the next one, so the wait never sleeps. The events stop in the end, so that a broken timeout
        // fails the test and does not hang it.
        bool Unwanted(QmpEvent seen)
        {
            ended = Stopwatch.GetElapsedTime(began) > Timeouts.Scale(Generous);
            if (!ended)
                events.Offer(seen);
            return false;
        }

        QmpTimeoutException error = (await Assert.ThrowsAsync<QmpTimeoutException>(async () => await events.NextAsync(Unwanted, Brief, "STOP")))!;

        Assert.That(ended, Is.False, "the wait ends while events arrive");
        Assert.That(error.Message, Does.Match(@"seen instead: RTC_CHANGE \(\d+ times\)\.$"));
    }

    [Test]
    public async Task A_canceled_wait_throws_OperationCanceledException()
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
    public async Task Disposing_a_subscription_ends_its_wait_and_takes_no_more_events()
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
    public async Task A_disconnect_ends_the_stream_after_the_received_events()
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
    public async Task A_protocol_error_ends_the_stream_with_that_error()
    {
        using QmpEventSubscription events = Client.Subscribe();
        Task<QmpEvent> waiting = events.NextAsync("STOP", Generous);
        await Monitor.SendLineAsync("garbage");

        await Assert.ThatAsync(async () => await waiting, Throws.TypeOf<QmpProtocolException>().With.Message.Contains("garbage"));
    }

    [Test]
    public async Task A_wait_after_the_end_fails_immediately()
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
    public async Task A_malformed_event_ends_the_session_and_is_in_the_error(string message)
    {
        Task<JsonElement> running = Client.ExecuteAsync("query-status");
        await Monitor.ReadAsync();
        await Monitor.SendLineAsync(message);

        Exception? reason = await Client.Closed.WaitAsync(Timeouts.Scale(Generous));
        Assert.That(reason, Is.TypeOf<QmpProtocolException>().With.Message.EqualTo($"An event without name or timestamp: {message}"));
        await Assert.ThatAsync(async () => await running, Throws.TypeOf<QmpProtocolException>());
    }

    [Test]
    public async Task A_missing_time_stamp_is_DateTimeOffset_MinValue()
    {
        using QmpEventSubscription events = Client.Subscribe();
        await Monitor.SendLineAsync("""{"event": "STOP", "timestamp": {"seconds": -1, "microseconds": -1}}""");

        Assert.That((await events.NextAsync("STOP", Generous)).Timestamp, Is.EqualTo(DateTimeOffset.MinValue));
    }
}
