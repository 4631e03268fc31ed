using System.Buffers;
using System.ComponentModel;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace QemuTest.Qmp;

/// <summary>Sends and receives complete JSON objects over a socket. A received object is one line. Sending is thread-safe; only one reader
/// can receive.</summary>
internal sealed class QmpChannel : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly int _maxMessageBytes;
    private readonly PipeReader _reader;
    private readonly SemaphoreSlim _sending = new(1, 1);

    public QmpChannel(Socket socket, int maxMessageBytes)
    {
        _socket = socket;
        _maxMessageBytes = maxMessageBytes;
        _reader = PipeReader.Create(
            new NetworkStream(socket, ownsSocket: false),
            new StreamPipeReaderOptions(bufferSize: 16 * 1024, minimumReadSize: 1024));
    }

    /// <summary>Receives the next message, or null at the end of the stream. The last message may have no newline.</summary>
    /// <exception cref="QmpProtocolException">The message is no JSON object, too long, or incomplete.</exception>
    public async Task<JsonElement?> ReceiveAsync(CancellationToken cancellationToken)
    {
        long searched = 0;
        while (true)
        {
            ReadResult read = await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = read.Buffer;

            // A reply of megabytes arrives in many pieces: search only the new piece for the newline.
            SequencePosition? newline = buffer.Slice(searched).PositionOf((byte)'\n');
            if (newline is { } end)
            {
                ReadOnlySequence<byte> line = buffer.Slice(0, end);
                ThrowIfTooLong(line);
                JsonElement? message = IsBlank(line) ? null : Parse(line, atEnd: false);
                _reader.AdvanceTo(buffer.GetPosition(1, end));
                searched = 0;
                if (message is not null)
                    return message;
                continue;
            }

            ThrowIfTooLong(buffer);
            if (read.IsCompleted)
            {
                JsonElement? last = IsBlank(buffer) ? null : Parse(buffer, atEnd: true);
                _reader.AdvanceTo(buffer.End);
                return last;
            }

            searched = buffer.Length;
            _reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    /// <summary>Sends one complete message, with the descriptors on its first byte.</summary>
    /// <exception cref="SocketException">The peer closed the connection.</exception>
    public async Task SendAsync(
        ReadOnlyMemory<byte> message, IReadOnlyList<SafeHandle> fileDescriptors, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (fileDescriptors.Count > 0)
                message = message[await SendDescriptorsAsync(message, fileDescriptors, cancellationToken).ConfigureAwait(false)..];

            // Half a message would break the session for all users: a started message is sent completely.
            while (!message.IsEmpty)
                message = message[await _socket.SendAsync(message, SocketFlags.None, CancellationToken.None).ConfigureAwait(false)..];
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Closes the socket and so ends a pending read and a pending write.</summary>
    public void Close()
    {
        // Shutdown first: it ends the pending read even if another process still has the descriptor open.
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The peer closed the connection first.
        }

        _socket.Dispose();
    }

    /// <summary>Closes the socket and returns the buffers to their pool. There must be no pending read: it would write to buffers with a
    /// new owner.</summary>
    public async ValueTask DisposeAsync()
    {
        Close();
        await _reader.CompleteAsync().ConfigureAwait(false);
    }

    private async Task<int> SendDescriptorsAsync(
        ReadOnlyMemory<byte> message, IReadOnlyList<SafeHandle> fileDescriptors, CancellationToken cancellationToken)
    {
        if (_socket.AddressFamily != AddressFamily.Unix)
            throw new InvalidOperationException(
                "File descriptors can only be sent over a Unix socket, but the connection to this monitor is of type " +
                $"{_socket.AddressFamily}. Use a Unix socket or an inherited socket.");
        while (true)
        {
            try
            {
                int sent = FileDescriptorPassing.TrySend(_socket, message.Span, fileDescriptors);
                if (sent > 0)
                    return sent;
            }
            catch (Win32Exception error)
            {
                throw new SocketException(error.NativeErrorCode, error.Message);
            }

            cancellationToken.ThrowIfCancellationRequested();
            await Task.Run(() => _socket.Poll(TimeSpan.FromSeconds(1), SelectMode.SelectWrite), cancellationToken).ConfigureAwait(false);
        }
    }

    private void ThrowIfTooLong(ReadOnlySequence<byte> message)
    {
        if (message.Length > _maxMessageBytes)
            throw new QmpProtocolException($"A message is longer than {_maxMessageBytes} bytes; it begins {QmpText.Excerpt(message)}");
    }

    private static bool IsBlank(ReadOnlySequence<byte> line)
    {
        foreach (ReadOnlyMemory<byte> segment in line)
        {
            if (segment.Span.ContainsAnyExcept(" \t\r\n"u8))
                return false;
        }

        return true;
    }

    private static JsonElement Parse(ReadOnlySequence<byte> line, bool atEnd)
    {
        JsonElement message;
        try
        {
            using var document = JsonDocument.Parse(line);
            message = document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw new QmpProtocolException(
                atEnd
                    ? $"The connection ended in the middle of a message. Received: {QmpText.Excerpt(line)}"
                    : $"Not JSON: {QmpText.Excerpt(line)}",
                error);
        }

        return message.ValueKind == JsonValueKind.Object
            ? message
            : throw new QmpProtocolException($"A message must be a JSON object: {QmpText.Excerpt(message)}");
    }
}
