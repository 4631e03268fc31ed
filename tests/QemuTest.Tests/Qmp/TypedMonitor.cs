using System.Net.Sockets;
using System.Text.Json;
using QemuTest.Qmp;
using QemuTest.Qmp.Testing;

namespace QemuTest.Tests.Qmp;

/// <summary>A fake monitor with typed handlers for all commands, including the negotiation. It follows the protocol; for violations of the
/// protocol use a <see cref="ScriptedMonitor"/>.</summary>
internal sealed class TypedMonitor : IAsyncDisposable
{
    private readonly ScriptedMonitor _wire;
    private readonly Task _serving;

    private TypedMonitor(ScriptedMonitor wire, QmpCommandHandlers handlers)
    {
        _wire = wire;
        _serving = ServeAsync(handlers);
    }

    /// <summary>Creates a monitor and a client, and negotiates.</summary>
    public static async Task<(TypedMonitor Monitor, QmpClient Client)> ConnectAsync(QmpCommandHandlers handlers, QmpClientOptions options)
    {
        (ScriptedMonitor wire, Socket forClient) = ScriptedMonitor.Create();
        TypedMonitor monitor = new(wire, handlers);
        return (monitor, await QmpClient.AttachAsync(forClient, options));
    }

    /// <summary>Sends an event. No command may run at the same time.</summary>
    public Task EventAsync(QapiEvent happening) => _wire.EventAsync(happening.QmpName, QmpEvents.Encode(happening).GetRawText());

    /// <summary>Waits until the client closes the connection; dispose the client first. Throws the exception of a failed handler.</summary>
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
