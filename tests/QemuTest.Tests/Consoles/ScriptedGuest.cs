using System.Net.Sockets;
using System.Text;

namespace QemuTest.Tests.Consoles;

/// <summary>The other end of a serial console, controlled by a test. A real guest cannot be told to split a character or to delay a part
/// of its echo. On a packet socket the console reads each piece by itself.</summary>
internal sealed class ScriptedGuest(Socket socket) : IDisposable
{
    // The console reads this much at once; the rest of a longer packet would be lost.
    private const int LongestPacket = 4096;

    private readonly CancellationTokenSource _timeout = new(Timeouts.Scale(TimeSpan.FromSeconds(60)));
    private readonly List<byte> _typed = [];

    public Task SayAsync(string text) => SayAsync(Encoding.UTF8.GetBytes(text));

    public async Task SayAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes[..Math.Min(bytes.Length, LongestPacket)], SocketFlags.None, _timeout.Token)..];
    }

    /// <summary>Says several pieces, each of which the console reads by itself.</summary>
    public async Task SayInPiecesAsync(params string[] pieces)
    {
        foreach (string piece in pieces)
            await SayAsync(piece);
    }

    /// <summary>Reads the typed text up to and including the carriage return.</summary>
    public async Task<string> ReadLineAsync()
    {
        byte[] packet = new byte[64 * 1024];
        while (!_typed.Contains((byte)'\r'))
        {
            int count = await socket.ReceiveAsync(packet, SocketFlags.None, _timeout.Token);
            if (count == 0)
                throw new InvalidOperationException($"The console was closed after '{Encoding.UTF8.GetString([.. _typed])}'.");
            _typed.AddRange(packet[..count]);
        }

        int end = _typed.IndexOf((byte)'\r') + 1;
        string line = Encoding.UTF8.GetString([.. _typed[..end]]);
        _typed.RemoveRange(0, end);
        return line;
    }

    /// <summary>Gets the number of bytes that were typed and not read yet.</summary>
    public int Unread => _typed.Count + socket.Available;

    public void HangUp() => socket.Dispose();

    public void Dispose()
    {
        socket.Dispose();
        _timeout.Dispose();
    }
}
