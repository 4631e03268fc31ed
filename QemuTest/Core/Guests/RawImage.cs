using System.Numerics;

namespace QemuTest.Guests;

/// <summary>The size of a raw disk image, which is the size of its file. SD cards want a power of two.</summary>
public static class RawImage
{
    /// <summary>The smallest power of two that is not smaller than <paramref name="bytes"/>; 1 for 0. Equals upstream's
    /// <c>pow2ceil</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than 2^62: a file cannot be that long.</exception>
    public static long RoundUpToPowerOfTwo(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, 1L << 62);
        return bytes == 0 ? 1 : (long)BitOperations.RoundUpToPowerOf2((ulong)bytes);
    }

    /// <summary>Makes the file so long: cuts its end off, or adds zeros that take no room on the disk. A file that is just so long is not
    /// touched. Equals upstream's <c>file_truncate</c>.</summary>
    /// <param name="file">Its path. An asset in the cache is read-only: resize a copy.</param>
    /// <param name="bytes">How long it is then.</param>
    /// <exception cref="IOException">It is not there, or the disk has no room.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Resize(string file, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (new FileInfo(file).Length == bytes)
            return;
        using var image = new FileStream(file, FileMode.Open, FileAccess.Write);
        image.SetLength(bytes);
    }

    /// <summary>Makes the file as long as the next power of two, if its length is none. Equals upstream's
    /// <c>image_pow2ceil_expand</c>.</summary>
    /// <param name="file">Its path. An asset in the cache is read-only: expand a copy.</param>
    /// <returns>How long it is then, in bytes.</returns>
    /// <exception cref="IOException">It is not there, or the disk has no room.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static long ExpandToPowerOfTwo(string file)
    {
        long bytes = RoundUpToPowerOfTwo(new FileInfo(file).Length);
        Resize(file, bytes);
        return bytes;
    }
}
