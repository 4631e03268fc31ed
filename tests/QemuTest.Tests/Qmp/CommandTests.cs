using System.Text.Json;
using System.Text.Json.Nodes;
using QemuTest.NUnit;
using QemuTest.Qmp;

namespace QemuTest.Tests.Qmp;

[Quick]
public sealed class CommandTests : QmpSessionTests
{
    [Test]
    public async Task Arguments_arrive_unchanged()
    {
        Task<JsonElement> adding = Client.ExecuteAsync("device_add", new JsonObject { ["driver"] = "pci-testdev", ["id"] = "ünïcode \"quoted\"" });
        ScriptedCommand command = await Monitor.ReadAsync();
        await Monitor.ReplyAsync(command);
        await adding;

        Assert.That(command.Name, Is.EqualTo("device_add"));
        Assert.That(command.OutOfBand, Is.False);
        Assert.That(command.Arguments?.GetProperty("driver").GetString(), Is.EqualTo("pci-testdev"));
        Assert.That(command.Arguments?.GetProperty("id").GetString(), Is.EqualTo("ünïcode \"quoted\""));
    }

    [Test]
    public async Task A_command_without_arguments_sends_none()
    {
        Task<JsonElement> running = Client.ExecuteAsync("query-status");
        ScriptedCommand command = await Monitor.ReadAsync();
        await Monitor.ReplyAsync(command);
        await running;

        Assert.That(command.Arguments, Is.Null);
    }

    [Test]
    public async Task An_out_of_band_command_is_sent_as_exec_oob()
    {
        Task<JsonElement> running = Client.ExecuteAsync("migrate-pause", options: new() { OutOfBand = true });
        ScriptedCommand command = await Monitor.ReadAsync();
        await Monitor.ReplyAsync(command);
        await running;

        Assert.That(command.OutOfBand);
        Assert.That(command.Name, Is.EqualTo("migrate-pause"));
    }

    [Test]
    public async Task A_human_monitor_command_returns_its_text()
    {
        Task<string> running = Client.HumanMonitorCommandAsync("info version");
        ScriptedCommand command = await Monitor.ReadAsync();
        await Monitor.ReplyAsync(command, "\"10.0.2\\r\\n\"");

        Assert.That(await running, Is.EqualTo("10.0.2\r\n"));
        Assert.That(command.Arguments?.GetProperty("command-line").GetString(), Is.EqualTo("info version"));
    }

    [Test]
    public async Task Replies_out_of_order_go_to_their_commands()
    {
        Task<JsonElement>[] running = [.. Enumerable.Range(0, 5).Select(i => Client.ExecuteAsync($"command-{i}"))];
        var commands = new List<ScriptedCommand>();
        for (int i = 0; i < running.Length; i++)
            commands.Add(await Monitor.ReadAsync());

        foreach (ScriptedCommand command in commands.AsEnumerable().Reverse())
            await Monitor.ReplyAsync(command, $"\"reply to {command.Name}\"");

        JsonElement[] replies = await Task.WhenAll(running);
        Assert.That(replies.Select(r => r.GetString()), Is.EqualTo(Enumerable.Range(0, 5).Select(i => $"reply to command-{i}")));
        Assert.That(commands.Select(c => c.Id), Is.Unique);
    }

    [Test]
    public async Task Events_between_a_command_and_its_reply_do_no_harm()
    {
        using QmpEventSubscription events = Client.Subscribe();
        Task<JsonElement> running = Client.ExecuteAsync("stop");
        ScriptedCommand command = await Monitor.ReadAsync();
        await Monitor.EventAsync("STOP");
        await Monitor.EventAsync("JOB_STATUS_CHANGE");
        await Monitor.ReplyAsync(command, """{"done": true}""");

        Assert.That((await running).GetProperty("done").GetBoolean());
        Assert.That(events.Drain().Select(e => e.Name), Is.EqualTo(["STOP", "JOB_STATUS_CHANGE"]));
    }

    [TestCase("\"somebody-elses\"")]
    [TestCase("17")]
    [TestCase("null")]
    public async Task A_reply_with_an_unknown_id_is_dropped_with_a_remark_and_the_session_continues(string id)
    {
        await Monitor.SendLineAsync($$"""{"return": "not yours", "id": {{id}}}""");

        await AssertUsableAsync();
        Assert.That(
            Client.Transcript.Entries,
            Has.One.Matches<QmpTranscriptEntry>(e => e is { Direction: QmpDirection.Remark } && e.Text.Contains("nobody waits for")));
    }

    [Test]
    public async Task An_error_has_QEMUs_class_and_text()
    {
        Task<JsonElement> running = Client.ExecuteAsync("eject");
        ScriptedCommand command = await Monitor.ReadAsync();
        await Monitor.SendLineAsync(
            $$"""{"error": {"class": "DeviceNotFound", "desc": "Device 'x' not found"}, "id": "{{command.Id}}"}""");

        QmpCommandException error = (await Assert.ThrowsAsync<QmpCommandException>(async () => await running))!;
        Assert.That(error.Command, Is.EqualTo("eject"));
        Assert.That(error.ErrorClass, Is.EqualTo("DeviceNotFound"));
        Assert.That(error.Description, Is.EqualTo("Device 'x' not found"));
        Assert.That(error.Message, Is.EqualTo("QMP command 'eject' failed: Device 'x' not found (DeviceNotFound)"));
        await AssertUsableAsync();
    }

    [TestCase("\"error\": \"just text\"")]
    [TestCase("\"error\": {\"desc\": \"no class\"}")]
    [TestCase("\"error\": {\"class\": \"GenericError\"}")]
    [TestCase("\"answer\": 42")]
    public async Task A_malformed_reply_fails_only_its_own_command(string member)
    {
        Task<JsonElement> running = Client.ExecuteAsync("query-kvm");
        ScriptedCommand command = await Monitor.ReadAsync();
        await Monitor.SendLineAsync($$"""{{{member}}, "id": "{{command.Id}}"}""");

        QmpProtocolException error = (await Assert.ThrowsAsync<QmpProtocolException>(async () => await running))!;
        Assert.That(error.Message, Does.Contain("query-kvm").And.Contain(member));
        await AssertUsableAsync();
    }

    [Test]
    public async Task An_error_without_id_ends_the_session_with_QEMUs_text()
    {
        Task<JsonElement> running = Client.ExecuteAsync("query-kvm");
        await Monitor.ReadAsync();
        await Monitor.SendLineAsync("""{"error": {"class": "GenericError", "desc": "JSON parse error, stray 'x'"}}""");

        QmpProtocolException error = (await Assert.ThrowsAsync<QmpProtocolException>(async () => await running))!;
        Assert.That(error.Message, Does.Contain("stray 'x'"));
        Assert.That(await Client.Closed, Is.SameAs(error));
        Assert.That(Client.IsConnected, Is.False);
    }

    [Test]
    public async Task A_message_that_is_neither_event_nor_reply_ends_the_session()
    {
        await Monitor.SendLineAsync("""{"hello": "world"}""");

        Assert.That(
            await Client.Closed,
            Is.TypeOf<QmpProtocolException>().With.Message.Contains("neither event nor reply").And.Message.Contains("world"));
    }

    [Test]
    public async Task A_reply_of_ten_megabytes_arrives_completely()
    {
        string text = new('x', 10 * 1024 * 1024);
        Task<JsonElement> running = Client.ExecuteAsync("query-qmp-schema");
        await Monitor.ReplyAsync(await Monitor.ReadAsync(), $"\"{text}\"");

        Assert.That((await running).GetString() == text);
        await AssertUsableAsync();
        Assert.That(Client.Transcript.Entries.Max(e => e.Text.Length), Is.LessThan(1000), "the transcript must not keep it whole");
    }
}
