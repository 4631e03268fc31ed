using System.Buffers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using QemuTest.Qmp;

namespace QemuTest.Tests.Qmp;

/// <summary>A fake monitor under the control of the test, byte for byte. A real QEMU cannot be made to answer late, out of order or
/// wrongly.</summary>
internal sealed class ScriptedMonitor : IDisposable
{
    public const string Greeting =
        """{"QMP": {"version": {"qemu": {"micro": 2, "minor": 0, "major": 10}, "package": "Debian 1:10.0.2+ds-2"}, "capabilities": ["oob"]}}""";

    public const string GreetingWithoutOob =
        """{"QMP": {"version": {"qemu": {"micro": 0, "minor": 2, "major": 9}, "package": ""}, "capabilities": []}}""";

    private readonly CancellationTokenSource _timeout = new(Timeouts.Scale(TimeSpan.FromSeconds(60)));
    private readonly Socket _socket;
    private readonly byte[] _piece = new byte[256 * 1024];
    private readonly ArrayBufferWriter<byte> _received = new();

    public ScriptedMonitor(Socket socket) => _socket = socket;

    /// <summary>Creates a monitor and the socket for a client.</summary>
    public static (ScriptedMonitor Monitor, Socket ForClient) Create()
    {
        (Socket forClient, Socket forPeer) = SocketPair.Create();
        return (new ScriptedMonitor(forPeer), forClient);
    }

    /// <summary>Creates a monitor and a client, and negotiates.</summary>
    public static async Task<(ScriptedMonitor Monitor, QmpClient Client)> ConnectAsync(QmpClientOptions? options = null)
    {
        (ScriptedMonitor monitor, Socket forClient) = Create();
        Task<QmpClient> attaching = QmpClient.AttachAsync(forClient, options ?? new() { CommandTimeout = TimeSpan.FromSeconds(20) });
        await monitor.NegotiateAsync();
        return (monitor, await attaching);
    }

    public async Task<ScriptedCommand> NegotiateAsync(string greeting = Greeting)
    {
        await SendLineAsync(greeting);
        ScriptedCommand command = await ReadAsync();
        await ReplyAsync(command);
        return command;
    }

    public Task SendLineAsync(string message) => SendAsync(message + "\r\n");

    public async Task SendAsync(string text)
    {
        ReadOnlyMemory<byte> bytes = Encoding.UTF8.GetBytes(text);
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, _timeout.Token)..];
    }

    public Task ReplyAsync(ScriptedCommand command, string result = "{}") =>
        SendLineAsync($$"""{"return": {{result}}, "id": "{{command.Id}}"}""");

    public Task RefuseAsync(ScriptedCommand command, QmpCommandException error) => SendLineAsync(
        new JsonObject
        {
            ["error"] = new JsonObject { ["class"] = error.ErrorClass, ["desc"] = error.Description },
            ["id"] = command.Id,
        }.ToJsonString());

    public Task EventAsync(string name, string data = "{}") =>
        SendLineAsync($$"""{"timestamp": {"seconds": 1700000000, "microseconds": 123456}, "event": "{{name}}", "data": {{data}}}""");

    public async Task<ScriptedCommand> ReadAsync() =>
        await ReadOrEndAsync() ?? throw new InvalidOperationException("The client closed the connection instead of sending a command.");

    /// <summary>Reads the next command, or null if the client closed the connection.</summary>
    public async Task<ScriptedCommand?> ReadOrEndAsync()
    {
        while (true)
        {
            if (TakeMessage() is { } message)
                return new ScriptedCommand(message);
            if (!await ReceiveAsync())
                return null;
        }
    }

    /// <summary>Reads until the client closes the connection.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await ReceiveAsync())
        {
            // Read everything.
        }

        return Encoding.UTF8.GetString(_received.WrittenSpan);
    }

    /// <summary>Closes the connection, as QEMU does when it exits.</summary>
    public void HangUp() => _socket.Dispose();

    public void Dispose()
    {
        _socket.Dispose();
        _timeout.Dispose();
    }

    private async Task<bool> ReceiveAsync()
    {
        int count = await _socket.ReceiveAsync(_piece, SocketFlags.None, _timeout.Token);
        _received.Write(_piece.AsSpan(0, count));
        return count > 0;
    }

    // As in QEMU, the end of the object is the end of the message; a newline is not needed.
    private JsonElement? TakeMessage()
    {
        var reader = new Utf8JsonReader(_received.WrittenSpan, isFinalBlock: false, new JsonReaderState(new() { AllowMultipleValues = true }));
        if (!JsonDocument.TryParseValue(ref reader, out JsonDocument? document))
            return null;
        byte[] rest = _received.WrittenSpan[(int)reader.BytesConsumed..].ToArray();
        _received.ResetWrittenCount();
        _received.Write(rest);
        using (document)
            return document.RootElement.Clone();
    }
}
