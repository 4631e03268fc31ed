using System.Text.Json;
using QemuTest.Qmp;

namespace QemuTest.Tests.Qmp;

/// <summary>The base class of tests with a session to a scripted monitor, after the negotiation.</summary>
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

    /// <summary>Runs one command and checks its reply.</summary>
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
