using System.Buffers;
using System.ComponentModel;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace QemuTest.Qmp;

/// <summary>Whole JSON objects over a socket: one a line inwards, one a write outwards. Sending is thread-safe; receiving
/// is for one reader.</summary>
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

    /// <summary>The next message, or null at the end of the stream. A last message may lack its newline.</summary>
    /// <exception cref="QmpProtocolException">Not a JSON object, too long, or cut off.</exception>
    public async Task<JsonElement?> ReceiveAsync(CancellationToken cancellationToken)
    {
        long searched = 0;
        while (true)
        {
            ReadResult read = await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = read.Buffer;

            // A reply of megabytes arrives in many pieces: look for the newline only in what is new.
            SequencePosition? newline = buffer.Slice(searched).PositionOf((byte)'\n');
            if (newline is { } end)
            {
                ReadOnlySequence<byte> line = buffer.Slice(0, end);
                RefuseTooLong(line);
                JsonElement? message = IsBlank(line) ? null : Parse(line, atEnd: false);
                _reader.AdvanceTo(buffer.GetPosition(1, end));
                searched = 0;
                if (message is not null)
                    return message;
                continue;
            }

            RefuseTooLong(buffer);
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

    /// <summary>Sends one message whole, the descriptors on its first byte.</summary>
    /// <exception cref="SocketException">The peer is gone.</exception>
    public async Task SendAsync(
        ReadOnlyMemory<byte> message, IReadOnlyList<SafeHandle> fileDescriptors, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (fileDescriptors.Count > 0)
                message = message[await SendDescriptorsAsync(message, fileDescriptors, cancellationToken).ConfigureAwait(false)..];

            // Half a message would spoil the session for everybody else: once begun, it is sent whole.
            while (!message.IsEmpty)
                message = message[await _socket.SendAsync(message, SocketFlags.None, CancellationToken.None).ConfigureAwait(false)..];
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Closes the socket, which ends a pending read and a pending write.</summary>
    public void Close()
    {
        // Shutdown first: it ends the pending read even where another process still holds the descriptor.
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The peer was faster.
        }

        _socket.Dispose();
    }

    /// <summary>Closes the socket and gives the buffers back. No read may be under way: it would go on in buffers that belong to
    /// somebody else by then.</summary>
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
                "File descriptors can be passed over a Unix socket only, and this monitor is reached over " +
                $"{_socket.AddressFamily}. Use a Unix or an inherited socket.");
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

    private void RefuseTooLong(ReadOnlySequence<byte> message)
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
                    ? $"The connection ended in the middle of a message; what had arrived: {QmpText.Excerpt(line)}"
                    : $"Not JSON: {QmpText.Excerpt(line)}",
                error);
        }

        return message.ValueKind == JsonValueKind.Object
            ? message
            : throw new QmpProtocolException($"A message must be a JSON object: {QmpText.Excerpt(message)}");
    }
}
