using System.Buffers.Binary;

namespace QemuTest.Archives;

/// <summary>The fields of a tar header that decide whether the tar reader may see it.</summary>
internal static class TarHeader
{
    public const int BlockBytes = 512;
    private const int SizeOffset = 124;
    private const int ChecksumOffset = 148;
    private const int TypeOffset = 156;

    public static byte Type(ReadOnlySpan<byte> block) => block[TypeOffset];

    public static string Name(ReadOnlySpan<byte> block)
    {
        ReadOnlySpan<byte> field = block[..100];
        int end = field.IndexOf((byte)0);
        return System.Text.Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    /// <summary>The number of bytes of content: octal, or GNU's base 256 if the top bit is set. -1 if it is neither.</summary>
    public static long Size(ReadOnlySpan<byte> block) => Number(block.Slice(SizeOffset, 12));

    public static bool IsZero(ReadOnlySpan<byte> block) => !block[..BlockBytes].ContainsAnyExcept((byte)0);

    public static bool HasValidChecksum(ReadOnlySpan<byte> block)
    {
        long stored = Number(block.Slice(ChecksumOffset, 8));
        int unsigned = 0, signed = 0;
        for (int i = 0; i < BlockBytes; i++)
        {
            byte value = i is >= ChecksumOffset and < ChecksumOffset + 8 ? (byte)' ' : block[i];
            unsigned += value;
            signed += (sbyte)value;
        }

        // Old writers added up signed bytes, and readers accept both.
        return stored >= 0 && (stored == unsigned || stored == signed);
    }

    private static long Number(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0)
            return field.Length == 12 && field[0] == 0x80 && field[1] == 0 && field[2] == 0 && field[3] == 0
                ? BinaryPrimitives.ReadInt64BigEndian(field[4..])
                : -1;

        long value = 0;
        bool started = false;
        foreach (byte b in field)
        {
            if (b is >= (byte)'0' and <= (byte)'7')
            {
                value = (value << 3) | (uint)(b - '0');
                started = true;
            }
            else if (b is 0 or (byte)' ' && (started || b == (byte)' '))
            {
                if (started)
                    break;
            }
            else
                return b == 0 ? 0 : -1;
        }

        return value;
    }
}
