using System.Buffers.Binary;
using SharpCompress.Compressors.BZip2;
using SharpCompress.Compressors.LZMA;
using SharpCompress.Compressors.ZStandard;

namespace QemuTest.Archives;

/// <summary>Opens the decompressing stream of each format. Every one reads to the end of all concatenated streams, and reports a cut one.</summary>
internal static class Decompression
{
    public static Stream Open(Stream input, CompressionFormat format) => format switch
    {
        CompressionFormat.Gzip => new CheckedGzipStream(input),
        CompressionFormat.Xz => new ConcatenatedXzStream(input),
        CompressionFormat.Zstandard => new DecompressionStream(input),
        CompressionFormat.Bzip2 => BZip2Stream.Create(input, SharpCompress.Compressors.CompressionMode.Decompress, true),
        CompressionFormat.Lzma => OpenLzma(input),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Unknown compression format."),
    };

    private static LzmaStream OpenLzma(Stream input)
    {
        // 5 bytes of properties, 8 of the size or -1 where an end mark follows the data.
        byte[] header = new byte[13];
        input.ReadExactly(header);
        long size = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(5));
        return LzmaStream.Create(header[..5], input, -1, size, null, false, false);
    }
}
