using System.Buffers.Binary;

namespace QemuTest.Archives;

/// <summary>The few fields of a tar header block that decide whether it may be handed to the tar reader.</summary>
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

    /// <summary>Bytes of content: octal, or GNU's base 256 where the top bit is set. -1 if it is neither.</summary>
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

        // Old writers summed signed bytes; readers have accepted both ever since.
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
                (value, started) = ((value << 3) | (uint)(b - '0'), true);
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
