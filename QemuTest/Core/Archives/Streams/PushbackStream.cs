namespace QemuTest.Archives;

/// <summary>A stream with a look at the next bytes before they are read.</summary>
internal sealed class PushbackStream(Stream inner) : ForwardStream
{
    private byte[] _ahead = [];
    private int _at;
    private long _position;

    /// <summary>The number of bytes read so far. XZStream needs it to find its padding.</summary>
    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <summary>Returns the next bytes; fewer than <paramref name="count"/> only at the end of the stream.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        int have = _ahead.Length - _at;
        if (have < count)
        {
            byte[] more = new byte[count];
            _ahead.AsSpan(_at).CopyTo(more);
            have += inner.ReadAtLeast(more.AsSpan(have), count - have, throwOnEndOfStream: false);
            (_ahead, _at) = (more[..have], 0);
        }

        return _ahead.AsSpan(_at, Math.Min(count, have));
    }

    public override int Read(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _ahead.Length - _at);
        if (count > 0)
        {
            _ahead.AsSpan(_at, count).CopyTo(buffer);
            _at += count;
        }
        else
        {
            count = inner.Read(buffer);
        }

        _position += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
