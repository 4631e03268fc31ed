using System.Text.Json;
using QemuTest.NUnit;
using QemuTest.Qmp;

namespace QemuTest.Tests.Qmp;

/// <summary>Messages that are not QMP, and messages in unusual pieces.</summary>
[Quick]
public sealed class MessageTests : QmpSessionTests
{
    private const int Longest = 20_000;

    protected override QmpClientOptions Options => base.Options with { MaxMessageBytes = Longest };

    [Test]
    public async Task An_endless_message_fails_at_the_maximum_length()
    {
        Task<JsonElement> running = Client.ExecuteAsync("query-block");
        await Monitor.ReadAsync();
        await Monitor.SendAsync("""{"return": "abc""" + new string('x', 2 * Longest));

        QmpProtocolException error = (await Assert.ThrowsAsync<QmpProtocolException>(async () => await running))!;
        Assert.That(error.Message, Does.Contain("longer than 20000 bytes").And.Contain("abcxx"));
        Assert.That(error.Message, Has.Length.LessThan(1000));
        Assert.That(await Client.Closed, Is.SameAs(error));
    }

    [TestCase(1, TestName = "A_message_one_byte_too_long_is_refused_though_it_is_there_whole")]
    [TestCase(0, TestName = "A_message_of_just_the_longest_length_is_accepted")]
    public async Task A_message_of_the_maximum_length_is_accepted_and_a_longer_one_is_not(int tooMany)
    {
        Task<JsonElement> running = Client.ExecuteAsync("query-block");
        ScriptedCommand command = await Monitor.ReadAsync();
        string frame = $$"""{"return": "", "id": "{{command.Id}}"}""";
        string text = new('x', Longest + tooMany - frame.Length);
        await Monitor.SendAsync($$"""{"return": "{{text}}", "id": "{{command.Id}}"}""" + "\n");

        if (tooMany == 0)
            Assert.That((await running).GetString(), Is.EqualTo(text));
        else
            await Assert.ThatAsync(async () => await running, Throws.TypeOf<QmpProtocolException>().With.Message.Contains("longer than 20000 bytes"));
    }

    [Test]
    public async Task Garbage_ends_the_session_and_is_in_the_error()
    {
        Task<JsonElement> running = Client.ExecuteAsync("query-block");
        await Monitor.ReadAsync();
        await Monitor.SendLineAsync("qemu-system-x86_64: terminating");

        QmpProtocolException error = (await Assert.ThrowsAsync<QmpProtocolException>(async () => await running))!;
        Assert.That(error.Message, Is.EqualTo("Not JSON: qemu-system-x86_64: terminating\r"));
        Assert.That(error.InnerException, Is.InstanceOf<JsonException>());
        Assert.That(
            Client.Transcript.Entries,
            Has.One.Matches<QmpTranscriptEntry>(e => e is { Direction: QmpDirection.Remark } && e.Text == error.Message));
    }

    [TestCase("[1, 2]")]
    [TestCase("42")]
    [TestCase("\"text\"")]
    [TestCase("null")]
    public async Task JSON_that_is_no_object_ends_the_session(string json)
    {
        await Monitor.SendLineAsync(json);

        Assert.That(
            await Client.Closed,
            Is.TypeOf<QmpProtocolException>().With.Message.EqualTo($"A message must be a JSON object: {json}"));
    }

    [Test]
    public async Task An_end_in_the_middle_of_a_message_fails_running_commands_with_the_received_part()
    {
        Task<JsonElement> running = Client.ExecuteAsync("query-block");
        ScriptedCommand command = await Monitor.ReadAsync();
        await Monitor.SendAsync($$"""{"id": "{{command.Id}}", "return": {"sta""");
        Monitor.HangUp();

        QmpProtocolException error = (await Assert.ThrowsAsync<QmpProtocolException>(async () => await running))!;
        Assert.That(error.Message, Does.Contain("in the middle of a message").And.Contain("\"sta"));
    }

    [Test]
    public async Task A_last_line_without_newline_is_a_message()
    {
        Task<JsonElement> quitting = Client.ExecuteAsync("quit");
        ScriptedCommand command = await Monitor.ReadAsync();
        await Monitor.SendAsync($$"""{"return": "bye", "id": "{{command.Id}}"}""");
        Monitor.HangUp();

        Assert.That((await quitting).GetString(), Is.EqualTo("bye"));
        Assert.That(await Client.Closed, Is.Null);
    }

    [Test]
    public async Task Blank_lines_are_skipped()
    {
        await Monitor.SendAsync("\r\n  \n\n");

        await AssertUsableAsync();
    }

    [Test]
    public async Task A_message_can_arrive_in_any_pieces()
    {
        Task<JsonElement> running = Client.ExecuteAsync("query-name");
        ScriptedCommand command = await Monitor.ReadAsync();
        foreach (char piece in $$"""{"return": {"name": "a"}, "id": "{{command.Id}}"}""" + "\r\n")
        {
            await Monitor.SendAsync(piece.ToString());
            await Task.Yield();
        }

        Assert.That((await running).GetProperty("name").GetString(), Is.EqualTo("a"));
    }

    [Test]
    public async Task Several_messages_can_arrive_in_one_piece()
    {
        Task<JsonElement> first = Client.ExecuteAsync("first");
        Task<JsonElement> second = Client.ExecuteAsync("second");
        ScriptedCommand one = await Monitor.ReadAsync();
        ScriptedCommand two = await Monitor.ReadAsync();
        await Monitor.SendAsync(
            $$"""{"return": "{{one.Name}}", "id": "{{one.Id}}"}""" + "\n" + $$"""{"return": "{{two.Name}}", "id": "{{two.Id}}"}""" + "\n");

        Assert.That((await first).GetString(), Is.EqualTo("first"));
        Assert.That((await second).GetString(), Is.EqualTo("second"));
    }
}
