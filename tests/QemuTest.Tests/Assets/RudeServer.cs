using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace QemuTest.Tests.Assets;

/// <summary>
/// An HTTP server on a real socket of this machine. The test decides about each request, down to a broken connection. Counts the sent bytes.
/// </summary>
internal sealed class RudeServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Func<Exchange, Task> _behave;
    private readonly Task _accepting;
    private long _bytesSent;

    public RudeServer(Func<Exchange, Task> behave)
    {
        _behave = behave;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/asset.bin";

    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>The number of sent bytes, without headers.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>Sends a complete response, or the requested range of it.</summary>
    public static async Task ServeAsync(Exchange exchange, byte[] content, bool ranges = true, int chunk = 65536, TimeSpan pause = default)
    {
        int from = ranges ? exchange.RangeFrom : 0;
        string status = from > 0 ? $"206 Partial Content\r\nContent-Range: bytes {from}-{content.Length - 1}/{content.Length}" : "200 OK";
        if (from >= content.Length)
        {
            await exchange.HeadAsync($"416 Range Not Satisfiable\r\nContent-Range: bytes */{content.Length}", 0);
            return;
        }

        await exchange.HeadAsync(status + (ranges ? "\r\nETag: \"v1\"" : ""), content.Length - from);
        for (int at = from; at < content.Length; at += chunk)
        {
            await exchange.BodyAsync(content.AsMemory(at, Math.Min(chunk, content.Length - at)));
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, exchange.Stopped);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _connections.Add(TalkAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            // The server stops.
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
                var request = new StringBuilder();
                while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
                    request.Append(line).Append('\n');
                if (request.Length == 0)
                    return;
                Requests.Enqueue(request.ToString());
                await _behave(new Exchange(client, request.ToString(), Requests.Count, count => Interlocked.Add(ref _bytesSent, count), _stop.Token));
            }
            catch (Exception error) when (error is OperationCanceledException or IOException or SocketException)
            {
                // The client closed the connection, as some tests intend.
            }
        }
    }

    /// <summary>One request and its connection, which is closed after the response.</summary>
    internal sealed class Exchange(TcpClient client, string request, int number, Action<int> sent, CancellationToken stopped)
    {
        /// <summary>The number of the request; the first is 1.</summary>
        public int Number => number;

        public string Request => request;

        public CancellationToken Stopped => stopped;

        public int RangeFrom => request.Split('\n').FirstOrDefault(line => line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase)) is { } line
            ? int.Parse(line.Split('=')[1].TrimEnd('-'), CultureInfo.InvariantCulture)
            : 0;

        public async Task HeadAsync(string status, long? length) => await client.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nConnection: close\r\n{(length is null ? "" : $"Content-Length: {length}\r\n")}\r\n"), stopped);

        public async Task BodyAsync(ReadOnlyMemory<byte> bytes)
        {
            await client.GetStream().WriteAsync(bytes, stopped);
            sent(bytes.Length);
        }

        /// <summary>Breaks the connection with a reset.</summary>
        public void Reset() => client.Client.Close(0);
    }
}
