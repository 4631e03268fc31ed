using System.Text.Json;
using QemuTest.Qmp;

namespace QemuTest.Tests.Qmp;

/// <summary>Tests that begin with a session to a scripted monitor, negotiation done.</summary>
public abstract class QmpSessionTests
{
    private protected ScriptedMonitor Monitor { get; private set; } = null!;

    protected QmpClient Client { get; private set; } = null!;

    protected virtual QmpClientOptions Options => new() { Name = "session", CommandTimeout = TimeSpan.FromSeconds(20) };

    [SetUp]
    public async Task BeginSession() => (Monitor, Client) = await ScriptedMonitor.ConnectAsync(Options);

    [TearDown]
    public async Task EndSession()
    {
        await Client.DisposeAsync();
        Monitor.Dispose();
    }

    /// <summary>One command goes there and back.</summary>
    protected async Task AssertUsableAsync()
    {
        Task<JsonElement> running = Client.ExecuteAsync("query-version");
        ScriptedCommand command = await Monitor.ReadAsync();
        await Monitor.ReplyAsync(command, "\"still there\"");
        Assert.That((await running).GetString(), Is.EqualTo("still there"));
        Assert.That(command.Name, Is.EqualTo("query-version"));
        Assert.That(Client.IsConnected);
    }
}
