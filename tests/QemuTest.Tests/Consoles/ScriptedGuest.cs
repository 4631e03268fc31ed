using System.Net.Sockets;
using System.Text;

namespace QemuTest.Tests.Consoles;

/// <summary>The other end of a serial console, which says what a test tells it to. It stands in for a guest because a guest
/// cannot be asked to split a character or to hold half of its echo back.</summary>
internal sealed class ScriptedGuest(Socket socket) : IDisposable
{
    // What the console needs to have read one piece before the next comes. Too short only means that two pieces arrive as one.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    private readonly CancellationTokenSource _timeout = new(TimeSpan.FromSeconds(30));

    public Task SayAsync(string text) => SayAsync(Encoding.UTF8.GetBytes(text));

    public async Task SayAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, _timeout.Token)..];
    }

    /// <summary>Says each piece by itself, so that it is read by itself.</summary>
    public async Task SayInPiecesAsync(params string[] pieces)
    {
        foreach (string piece in pieces)
        {
            await SayAsync(piece);
            await Task.Delay(Pause, _timeout.Token);
        }
    }

    /// <summary>Reads what is typed, up to and with the carriage return.</summary>
    public async Task<string> ReadLineAsync()
    {
        var line = new StringBuilder();
        byte[] one = new byte[1];
        while (!line.ToString().EndsWith('\r'))
        {
            if (await socket.ReceiveAsync(one, SocketFlags.None, _timeout.Token) == 0)
                throw new InvalidOperationException($"The console was closed after '{line}'.");
            line.Append((char)one[0]);
        }

        return line.ToString();
    }

    /// <summary>What was typed and not read yet, in bytes.</summary>
    public int Unread => socket.Available;

    public void HangUp() => socket.Dispose();

    public void Dispose()
    {
        socket.Dispose();
        _timeout.Dispose();
    }
}
