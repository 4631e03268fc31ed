using System.Collections.Concurrent;
using System.Text.Json;
using QemuTest.NUnit;
using QemuTest.Qmp;

namespace QemuTest.Tests.Qmp;

[Quick]
public sealed class TranscriptTests : QmpSessionTests
{
    private readonly ConcurrentQueue<QmpTranscriptEntry> _sink = new();

    protected override QmpClientOptions Options => base.Options with { OnTranscript = _sink.Enqueue };

    [Test]
    public async Task Both_directions_and_remarks_have_their_markers()
    {
        Task<JsonElement> running = Client.ExecuteAsync("query-version");
        ScriptedCommand command = await Monitor.ReadAsync();
        await Monitor.SendLineAsync("""{"return": {}, "id": "unknown"}""");
        await Monitor.ReplyAsync(command);
        await running;

        string[] lines = [.. Client.Transcript.Entries.Select(e => e.ToString())];
        string[] expected = [
            "<-- " + ScriptedMonitor.Greeting,
            """--> {"execute":"qmp_capabilities","arguments":{"enable":["oob"]},"id":"qemu-test#00000"}""",
            """<-- {"return": {}, "id": "qemu-test#00000"}""",
            """--> {"execute":"query-version","id":"qemu-test#00001"}""",
            """<-- {"return": {}, "id": "unknown"}""",
            "--- dropped a reply that nobody waits for: id unknown",
            """<-- {"return": {}, "id": "qemu-test#00001"}""",
        ];
        Assert.That(lines, Has.All.Match(@"^\d\d:\d\d:\d\d\.\d{6} (-->|<--|---) "));
        Assert.That(lines.Select(line => line[16..]), Is.EqualTo(expected));
    }

    [Test]
    public async Task Only_the_last_200_entries_are_kept_and_OnTranscript_gets_all()
    {
        for (int i = 0; i < 300; i++)
            await Monitor.EventAsync($"EVENT_{i}");
        await AssertUsableAsync();

        IReadOnlyList<QmpTranscriptEntry> entries = Client.Transcript.Entries;
        Assert.That(entries, Has.Count.EqualTo(200));
        Assert.That(entries[^1].Text, Does.Contain("still there"));
        Assert.That(entries[0].Text, Does.Contain("EVENT_10"));
        Assert.That(_sink, Has.Count.EqualTo(3 + 300 + 2));
    }
}
