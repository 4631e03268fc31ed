using SharpCompress.Compressors.Xz;

namespace QemuTest.Archives;

/// <summary>All streams of an .xz file, with their padding. XZStream ends after the first one without an error.</summary>
internal sealed class ConcatenatedXzStream(Stream input) : ForwardStream
{
    private readonly PushbackStream _input = new(new BufferedStream(input, 1 << 16));
    private XZStream? _current;
    private bool _any;

    public override int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_current is null && !Next())
                return 0;
            int read = _current!.Read(buffer);
            if (read > 0)
                return read;
            _current = null;
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _input.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Opens the next stream. Returns false at the end of the file.</summary>
    private bool Next()
    {
        // Only groups of four zero bytes may separate streams.
        Span<byte> padding = stackalloc byte[4];
        while (_any && _input.Peek(4) is { Length: 4 } next && !next.ContainsAnyExcept((byte)0))
            _input.ReadExactly(padding);

        int left = _input.Peek(6).Length;
        if (left == 0 && _any)
            return false;
        if (left < 6 || !FormatProbe.IsXz(_input.Peek(6)))
            throw new InvalidDataException("the xz data is truncated, or followed by bytes that are not xz");
        _current = new XZStream(_input);
        _any = true;
        return true;
    }
}
