namespace QemuTest.Archives;

/// <summary>The next <paramref name="length"/> bytes of a stream. An earlier end of the stream is an error.</summary>
internal sealed class SliceStream(Stream inner, long length, string member) : ForwardStream
{
    private long _left = length;

    public override int Read(Span<byte> buffer)
    {
        if (_left == 0 || buffer.IsEmpty)
            return 0;
        int read = inner.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
        if (read == 0)
            throw new MemberException(member, $"the archive ends {_left} bytes before the member does (truncated?)");
        _left -= read;
        return read;
    }

    /// <summary>Reads to the end of the slice.</summary>
    public void Skip() => CopyTo(Null);
}
