using System.Globalization;
using System.Text;

namespace QemuTest.Archives;

/// <summary>
/// Checks the headers of a tar file before TarReader sees them. TarReader reads a name of any length into memory, ignores the checksum of a
/// header, and takes a truncated file for a complete one. All three are refused here.
/// </summary>
internal sealed class TarGuardStream(Stream inner) : ForwardStream
{
    /// <summary>The maximum length in bytes of a name, link target or pax header.</summary>
    public const int MaxMetadataBytes = 1 << 20;

    private readonly byte[] _block = new byte[TarHeader.BlockBytes];
    private readonly MemoryStream _pax = new();
    private int _inBlock;
    private long _contentLeft;
    private long _paxLeft;
    private long? _nextSize;
    private string? _name;
    private bool _sawEnd;

    public override int Read(Span<byte> buffer)
    {
        int read = inner.Read(buffer);
        if (read > 0)
            Follow(buffer[..read]);
        else if (!buffer.IsEmpty && !_sawEnd)
            throw new MemberException(_name, "the tar ends before its end mark (truncated?)");
        return read;
    }

    private void Follow(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !_sawEnd)
        {
            int count;
            if (_contentLeft > 0)
            {
                count = (int)Math.Min(bytes.Length, _contentLeft);
                int pax = (int)Math.Min(count, _paxLeft);
                _pax.Write(bytes[..pax]);
                _paxLeft -= pax;
                _contentLeft -= count;
                if (_contentLeft == 0 && _pax.Length > 0)
                    TakePaxSize();
            }
            else
            {
                count = Math.Min(bytes.Length, TarHeader.BlockBytes - _inBlock);
                bytes[..count].CopyTo(_block.AsSpan(_inBlock));
                _inBlock += count;
                if (_inBlock == TarHeader.BlockBytes)
                {
                    _inBlock = 0;
                    TakeHeader();
                }
            }

            bytes = bytes[count..];
        }
    }

    private void TakeHeader()
    {
        if (TarHeader.IsZero(_block))
        {
            _sawEnd = true;
            return;
        }

        _name = TarHeader.Name(_block);
        if (!TarHeader.HasValidChecksum(_block))
            throw new MemberException(_name, "the checksum of its tar header is wrong");
        long size = TarHeader.Size(_block);
        char type = (char)TarHeader.Type(_block);
        bool metadata = type is 'L' or 'K' or 'x' or 'X' or 'g';
        if (!metadata && _nextSize is { } pax)
            {
            size = pax;
            _nextSize = null;
        }
        if (size < 0)
            throw new MemberException(_name, "its size field is not a number");
        if (metadata && size > MaxMetadataBytes)
            throw new MemberException(_name, $"a name or header of {size} bytes; the limit is {MaxMetadataBytes}");
        if (type is 'S' or 'M' or 'V' or 'D' or 'N')
            throw new MemberException(_name, $"a tar entry of type '{type}' (sparse, multi-volume or incremental) is not supported");

        // Links, devices, directories and fifos have no content, whatever the size field says.
        if (type is '1' or '2' or '3' or '4' or '5' or '6')
            size = 0;
        _paxLeft = type is 'x' or 'g' ? size : 0;
        _contentLeft = (size + TarHeader.BlockBytes - 1) / TarHeader.BlockBytes * TarHeader.BlockBytes;
    }

    /// <summary>Reads the size of the next entry from a pax header, where it overrides the size field.</summary>
    private void TakePaxSize()
    {
        string text = Encoding.UTF8.GetString(_pax.GetBuffer(), 0, (int)_pax.Length);
        _pax.SetLength(0);
        for (int at = 0; at < text.Length;)
        {
            int space = text.IndexOf(' ', at);
            if (space < 0 || !int.TryParse(text.AsSpan(at, space - at), NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length <= 0)
                throw new MemberException(_name, "its pax header is malformed");
            // The length is in bytes. A size record is ASCII, and the check above refuses a wrong step.
            int end = RecordEnd(text, at, length);
            ReadOnlySpan<char> record = text.AsSpan(space + 1, Math.Max(0, end - space - 1));
            if (record.StartsWith("size="))
            {
                _nextSize = long.TryParse(record[5..].TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out long size)
                    ? size
                    : throw new MemberException(_name, "the size in its pax header is not a number");
            }

            at = end;
        }
    }

    private static int RecordEnd(string text, int at, int bytes)
    {
        int end = at;
        while (end < text.Length && bytes > 0)
            bytes -= Encoding.UTF8.GetByteCount(text.AsSpan(end++, 1));
        return end;
    }
}
