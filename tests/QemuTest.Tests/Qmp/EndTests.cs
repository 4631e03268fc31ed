using System.Text.Json;
using QemuTest.NUnit;
using QemuTest.Qmp;

namespace QemuTest.Tests.Qmp;

/// <summary>The end of a session.</summary>
[Quick]
public sealed class EndTests : QmpSessionTests
{
    [Test]
    public async Task The_end_of_the_connection_fails_every_running_command()
    {
        Task<JsonElement>[] running = [Client.ExecuteAsync("query-block"), Client.ExecuteAsync("query-name")];
        await Monitor.ReadAsync();
        await Monitor.ReadAsync();
        Monitor.HangUp();

        foreach (Task<JsonElement> one in running)
        {
            QmpDisconnectedException error = (await Assert.ThrowsAsync<QmpDisconnectedException>(async () => await one))!;
            Assert.That(error.Message, Does.Contain("'session'").And.Contain("before the reply"));
        }

        Assert.That(await Client.Closed, Is.Null, "an end of file between two messages is a normal end");
        Assert.That(Client.IsConnected, Is.False);
    }

    [Test]
    public async Task The_error_for_a_command_after_the_end_names_it()
    {
        Monitor.HangUp();
        await Client.Closed;

        QmpDisconnectedException error = (await Assert.ThrowsAsync<QmpDisconnectedException>(async () => await Client.ExecuteAsync("query-name")))!;
        Assert.That(error.Message, Does.Contain("'session' is not connected").And.Contain("'query-name'"));
    }

    [Test]
    public async Task The_error_for_a_command_after_disposal_names_it()
    {
        await Client.DisposeAsync();

        await Assert.ThatAsync(
            async () => await Client.ExecuteAsync("query-name"),
            Throws.TypeOf<QmpDisconnectedException>().With.Message.Contains("'query-name'"));
    }

    [Test]
    public async Task Disposing_twice_does_no_harm()
    {
        await Client.DisposeAsync();
        await Client.DisposeAsync();

        Assert.That(await Client.Closed, Is.Null);
        Assert.That(await Monitor.ReadToEndAsync(), Is.Empty, "the connection must be closed");
    }

    [Test]
    public async Task Disposing_fails_every_running_command_and_ends_every_subscription()
    {
        using QmpEventSubscription events = Client.Subscribe();
        Task<JsonElement>[] running = [.. Enumerable.Range(0, 20).Select(i => Client.ExecuteAsync($"command-{i}"))];

        await Client.DisposeAsync();

        foreach (Task<JsonElement> one in running)
            await Assert.ThatAsync(async () => await one.WaitAsync(Timeouts.Scale(TimeSpan.FromSeconds(60))), Throws.TypeOf<QmpDisconnectedException>());
        await Assert.ThatAsync(
            async () => await events.NextAsync("STOP", TimeSpan.FromSeconds(10)), Throws.TypeOf<QmpDisconnectedException>());
    }

    [Test]
    public async Task Disposing_during_a_flood_of_messages_does_no_harm()
    {
        string data = $$"""{"text": "{{new string('x', 3000)}}"}""";
        for (int round = 0; round < 40; round++)
        {
            (ScriptedMonitor monitor, QmpClient client) = await ScriptedMonitor.ConnectAsync();
            using ScriptedMonitor owned = monitor;
            using QmpEventSubscription events = client.Subscribe();
            Task pouring = PourAsync(monitor, data);
            await events.NextAsync("FLOOD", TimeSpan.FromSeconds(20));

            await client.DisposeAsync();

            await pouring;
            Assert.That(await client.Closed, Is.Null);
        }
    }

    [Test]
    public async Task An_exception_of_OnTranscript_ends_the_session()
    {
        (ScriptedMonitor monitor, QmpClient client) = await ScriptedMonitor.ConnectAsync(new()
        {
            OnTranscript = entry =>
            {
                if (entry.Text.Contains("STOP", StringComparison.Ordinal))
                    throw new NotSupportedException("the log is full");
            },
        });
        using ScriptedMonitor owned = monitor;
        await using QmpClient session = client;
        await monitor.EventAsync("STOP");

        Exception? reason = await client.Closed.WaitAsync(Timeouts.Scale(TimeSpan.FromSeconds(60)));
        Assert.That(reason, Is.TypeOf<QmpDisconnectedException>().With.Message.Contains("the log is full"));
    }

    private static async Task PourAsync(ScriptedMonitor monitor, string data)
    {
        try
        {
            while (true)
                await monitor.EventAsync("FLOOD", data);
        }
        catch (System.Net.Sockets.SocketException)
        {
            // The client closed the connection, as expected.
        }
    }
}
