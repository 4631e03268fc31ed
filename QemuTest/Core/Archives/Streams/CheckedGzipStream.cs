using System.IO.Compression;

namespace QemuTest.Archives;

/// <summary>
/// gzip with a check for truncation. GZipStream takes a truncated file for a complete one. So a further gzip member with known content is
/// appended to the input. It comes out last only if everything before it was complete, and the reader does not see it.
/// </summary>
internal sealed class CheckedGzipStream : ForwardStream
{
    private static readonly byte[] Mark = "end of the gzip\n"u8.ToArray();
    private static readonly byte[] MarkMember = Compress(Mark);

    private readonly GZipStream _gzip;
    private readonly Stream _input;
    private readonly byte[] _buffer = new byte[81920 + 16];
    private int _start;
    private int _end;
    private bool _ended;

    public CheckedGzipStream(Stream input)
    {
        _input = input;
        _gzip = new GZipStream(new FollowedStream(input, MarkMember), CompressionMode.Decompress);
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        while (_end - _start <= Mark.Length && !_ended)
            Fill();

        int count = Math.Min(buffer.Length, _end - _start - Mark.Length);
        if (count <= 0)
            return 0;
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _gzip.Dispose();
            _input.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        int read;
        try
        {
            read = _gzip.Read(_buffer.AsSpan(_end));
        }
        catch (InvalidDataException error)
        {
            // The message of GZipStream always names an unsupported method.
            throw new InvalidDataException("the gzip data is damaged or truncated", error);
        }

        _end += read;
        if (read != 0)
            return;
        _ended = true;
        if (!_buffer.AsSpan(_start, _end - _start).SequenceEqual(Mark))
            throw new InvalidDataException("the gzip data is truncated, or followed by bytes that are not gzip");
    }

    private static byte[] Compress(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.NoCompression, leaveOpen: true))
            gzip.Write(content);
        return memory.ToArray();
    }

    /// <summary>A stream followed by some bytes.</summary>
    private sealed class FollowedStream(Stream first, byte[] then) : ForwardStream
    {
        private int _at;
        private bool _firstEnded;

        public override int Read(Span<byte> buffer)
        {
            if (!_firstEnded)
            {
                int read = first.Read(buffer);
                if (read > 0 || buffer.IsEmpty)
                    return read;
                _firstEnded = true;
            }

            int count = Math.Min(buffer.Length, then.Length - _at);
            then.AsSpan(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }
    }
}
