using System.Globalization;
using System.Text;

namespace QemuTest.Archives;

/// <summary>One header of a cpio archive.</summary>
/// <remarks><c>IsNew</c>: newc or crc, not odc. <c>Check</c>: the sum of the content's bytes in a crc archive, or null.</remarks>
internal sealed record CpioHeader(
    string Name, int Mode, long Size, int Links, (string Device, long Inode) Identity, bool IsNew, uint? Check);

/// <summary>Steps through a cpio archive: header, content, padding.</summary>
internal sealed class CpioCursor(PushbackStream source) : IDisposable
{
    private const int NewHeaderBytes = 110;
    private const int OldHeaderBytes = 76;

    private CpioHeader? _header;
    private SummingStream? _content;

    /// <summary>The content of the last header.</summary>
    public Stream Content => _content ?? Stream.Null;

    /// <summary>Reads the next header.</summary>
    public CpioHeader Next()
    {
        string magic = Encoding.ASCII.GetString(source.Peek(6));
        _header = magic switch
        {
            "070701" => ReadNew(hasCheck: false),
            "070702" => ReadNew(hasCheck: true),
            "070707" => ReadOld(),
            _ => throw new MemberException(_header?.Name, _header is null
                ? "not a cpio archive of a known kind (newc, crc, odc)"
                : "no cpio header follows it (truncated?)"),
        };
        _content = new SummingStream(new SliceStream(source, _header.Size, _header.Name));
        return _header;
    }

    /// <summary>Reads the content as text: the target of a symbolic link.</summary>
    public string ReadText(CpioHeader header)
    {
        if (header.Size > MemberName.MaxBytes)
            throw new MemberException(header.Name, $"a link target of {header.Size} bytes; the limit is {MemberName.MaxBytes}");
        byte[] text = new byte[header.Size];
        Content.ReadExactly(text);
        return Encoding.UTF8.GetString(text);
    }

    /// <summary>Skips to the next header and checks the checksum.</summary>
    public void Finish()
    {
        if (_content is null || _header is null)
            return;
        _content.CopyTo(Stream.Null);
        if (_header.Check is { } check && check != _content.Sum && ArchiveMember.KindOf(_header.Mode) == MemberKind.File)
            throw new MemberException(_header.Name, $"its checksum is {_content.Sum:x8}, but the archive declares {check:x8}");
        if (_header.IsNew)
            Skip(Padding(_header.Size));
        _content = null;
    }

    public void Dispose() => _content?.Dispose();

    /// <summary>Whether another archive follows the trailer, after zero bytes. Other bytes are refused.</summary>
    public bool AnotherFollows()
    {
        Finish();
        byte[] one = new byte[1];
        while (source.Peek(1) is { Length: 1 } next && next[0] == 0)
            source.ReadExactly(one);
        if (source.Peek(6) is not { Length: > 0 } head)
            return false;
        return head.StartsWith("0707"u8)
            ? true
            : throw new MemberException(null, "after the cpio trailer come bytes that are not cpio");
    }

    private CpioHeader ReadNew(bool hasCheck)
    {
        string text = ReadAscii(NewHeaderBytes);
        long nameSize = Hex(text, 11);
        long size = Hex(text, 6);
        string name = ReadName(nameSize);
        Skip(Padding(NewHeaderBytes + nameSize));
        return new CpioHeader(
            name, (int)Hex(text, 1), size, (int)Hex(text, 4), ($"{Hex(text, 7)}:{Hex(text, 8)}", Hex(text, 0)), true,
            hasCheck ? (uint)Hex(text, 12) : null);
    }

    private CpioHeader ReadOld()
    {
        string text = ReadAscii(OldHeaderBytes);
        string name = ReadName(Octal(text, 59, 6));
        return new CpioHeader(
            name, (int)Octal(text, 18, 6), Octal(text, 65, 11), (int)Octal(text, 36, 6),
            ($"{Octal(text, 6, 6)}", Octal(text, 12, 6)), false, null);
    }

    private string ReadName(long bytes)
    {
        if (bytes is < 1 or > MemberName.MaxBytes)
            throw new MemberException(_header?.Name, $"a name of {bytes} bytes follows it; the limit is {MemberName.MaxBytes}");
        return ReadAscii((int)bytes).TrimEnd('\0');
    }

    private string ReadAscii(int bytes)
    {
        byte[] text = new byte[bytes];
        if (source.ReadAtLeast(text, bytes, throwOnEndOfStream: false) < bytes)
            throw new MemberException(_header?.Name, "the archive ends inside the header that follows it (truncated?)");
        return Encoding.UTF8.GetString(text);
    }

    private void Skip(int bytes) => source.ReadAtLeast(new byte[bytes], bytes, throwOnEndOfStream: false);

    private static int Padding(long length) => (int)((4 - (length % 4)) % 4);

    private long Hex(string text, int field) =>
        long.TryParse(text.AsSpan(6 + (field * 8), 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw new MemberException(_header?.Name, "the cpio header that follows it is malformed");

    private long Octal(string text, int at, int digits)
    {
        long value = 0;
        foreach (char c in text.AsSpan(at, digits))
        {
            value = c is >= '0' and <= '7'
                ? (value << 3) + (c - '0')
                : throw new MemberException(_header?.Name, "the cpio header that follows it is malformed");
        }

        return value;
    }

    /// <summary>Adds up the bytes that are read. cpio calls the sum a crc.</summary>
    private sealed class SummingStream(Stream inner) : ForwardStream
    {
        public uint Sum { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            int read = inner.Read(buffer);
            foreach (byte b in buffer[..read])
                Sum += b;
            return read;
        }
    }
}
