using System.Net.Sockets;
using System.Text.Json;
using QemuTest.Qmp;

namespace QemuTest.Tests.Qmp;

/// <summary>The other end of a monitor connection, which answers by typed handlers, the negotiation too. It stands in for QEMU
/// where a test needs an answer of its own that follows the protocol; what breaks it comes from a <see cref="ScriptedMonitor"/>.</summary>
internal sealed class TypedMonitor : IAsyncDisposable
{
    private readonly ScriptedMonitor _wire;
    private readonly Task _serving;

    private TypedMonitor(ScriptedMonitor wire, QmpCommandHandlers handlers)
    {
        _wire = wire;
        _serving = ServeAsync(handlers);
    }

    /// <summary>A monitor and a client that is through with the negotiation.</summary>
    public static async Task<(TypedMonitor Monitor, QmpClient Client)> ConnectAsync(QmpCommandHandlers handlers, QmpClientOptions options)
    {
        (ScriptedMonitor wire, Socket forClient) = ScriptedMonitor.Create();
        TypedMonitor monitor = new(wire, handlers);
        return (monitor, await QmpClient.AttachAsync(forClient, options));
    }

    /// <summary>Sends an event; not while a command is being answered.</summary>
    public Task EventAsync(QapiEvent happening) => _wire.EventAsync(happening.QmpName, QmpEvents.Encode(happening).GetRawText());

    /// <summary>Waits for the client, which is disposed first, to hang up; a handler's fault that is no QAPI error comes out here.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _serving;
        }
        finally
        {
            _wire.Dispose();
        }
    }

    private async Task ServeAsync(QmpCommandHandlers handlers)
    {
        await _wire.SendLineAsync(ScriptedMonitor.Greeting);
        while (await _wire.ReadOrEndAsync() is { } command)
        {
            try
            {
                JsonElement result = await handlers.ExecuteAsync(command.Name, command.Arguments);
                await _wire.ReplyAsync(command, result.GetRawText());
            }
            catch (QmpCommandException error)
            {
                await _wire.RefuseAsync(command, error);
            }
        }
    }
}
