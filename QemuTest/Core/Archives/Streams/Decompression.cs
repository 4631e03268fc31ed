using SharpCompress.Compressors.BZip2;
using SharpCompress.Compressors.ZStandard;

namespace QemuTest.Archives;

/// <summary>Opens the decompressing stream of a format. It reads all concatenated streams to the end, and finds a truncated one.</summary>
internal static class Decompression
{
    public static Stream Open(Stream input, CompressionFormat format) => format switch
    {
        CompressionFormat.Gzip => new CheckedGzipStream(input),
        CompressionFormat.Xz => new ConcatenatedXzStream(input),
        CompressionFormat.Zstandard => new DecompressionStream(input),
        CompressionFormat.Bzip2 => BZip2Stream.Create(input, SharpCompress.Compressors.CompressionMode.Decompress, true),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Unknown compression format."),
    };
}
