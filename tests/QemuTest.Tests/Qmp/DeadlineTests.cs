using System.Text.Json;
using System.Text.Json.Nodes;
using QemuTest.NUnit;
using QemuTest.Qmp;

namespace QemuTest.Tests.Qmp;

/// <summary>Commands that time out or are canceled, and the session afterwards.</summary>
[Quick]
public sealed class DeadlineTests : QmpSessionTests
{
    private static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(300);
    private static readonly QmpCommandOptions Hurried = new() { Timeout = Brief };

    [Test]
    public async Task The_error_for_a_missing_reply_names_command_and_timeout()
    {
        QmpTimeoutException error = (await Assert.ThrowsAsync<QmpTimeoutException>(
            async () => await Client.ExecuteAsync("query-block", options: Hurried)))!;

        Assert.That(error.Message, Is.EqualTo($"Monitor 'session' did not answer 'query-block' within {ScaledTime.Text(Brief)}."));
        Assert.That(error.Awaited, Is.EqualTo("reply to 'query-block'"));
        Assert.That(error.Timeout, Is.EqualTo(Timeouts.Scale(Brief)));
    }

    [Test]
    public async Task A_late_reply_is_dropped_and_the_session_continues()
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
    public async Task The_default_timeout_applies_to_a_command_without_one()
    {
        (ScriptedMonitor monitor, QmpClient client) = await ScriptedMonitor.ConnectAsync(new() { CommandTimeout = Brief });
        using ScriptedMonitor owned = monitor;
        await using QmpClient session = client;

        await Assert.ThatAsync(
            async () => await client.ExecuteAsync("query-block"),
            Throws.TypeOf<QmpTimeoutException>().With.Property(nameof(QmpTimeoutException.Timeout)).EqualTo(Timeouts.Scale(Brief)));
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(86_401)]
    [TestCase(1e11)]
    public void An_invalid_timeout_is_refused_when_the_options_are_built(double seconds) => Assert.That(
        () => new QmpCommandOptions { Timeout = TimeSpan.FromSeconds(seconds) },
        Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("above zero and at most one day")
            .And.Property(nameof(ArgumentException.ParamName)).EqualTo(nameof(QmpCommandOptions.Timeout)));

    [Test]
    public void A_timeout_of_one_day_and_a_missing_one_are_valid()
    {
        Assert.That(new QmpCommandOptions { Timeout = TimeSpan.FromDays(1) }.Timeout, Is.EqualTo(TimeSpan.FromDays(1)));
        Assert.That(new QmpCommandOptions { Timeout = null }.Timeout, Is.Null);
    }

    [Test]
    public async Task Canceling_one_command_does_not_affect_other_commands_or_the_session()
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
    public async Task A_monitor_that_does_not_read_fails_the_command_within_the_timeout()
    {
        // More than the kernel buffers for a peer that does not read.
        var arguments = new JsonObject { ["data"] = new string('x', 4 * 1024 * 1024) };
        Task<JsonElement> writing = Client.ExecuteAsync("ringbuf-write", arguments, Hurried);

        await Assert.ThatAsync(
            async () => await writing.WaitAsync(Timeouts.Scale(TimeSpan.FromSeconds(60))), Throws.TypeOf<QmpTimeoutException>(), "the timeout applies to the send too");

        // A started message is sent completely, so that the next one is valid.
        Task<ScriptedCommand> reading = Monitor.ReadAsync();
        Assert.That((await reading).Name, Is.EqualTo("ringbuf-write"));
        await AssertUsableAsync();
    }
}
