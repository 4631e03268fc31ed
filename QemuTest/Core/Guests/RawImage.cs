using System.Numerics;

namespace QemuTest.Guests;

/// <summary>Resizes raw disk images. The size of an SD card must be a power of two. Thread-safe for different files.</summary>
public static class RawImage
{
    /// <summary>Gets the smallest power of two that is not less than <paramref name="bytes"/>; 1 for 0.</summary>
    /// <remarks><c>qemu_test.utils.pow2ceil</c> in QEMU's own framework.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or greater than 2^62.</exception>
    public static long RoundUpToPowerOfTwo(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, 1L << 62);
        return bytes == 0 ? 1 : (long)BitOperations.RoundUpToPowerOf2((ulong)bytes);
    }

    /// <summary>Sets the length of the file: truncates it, or extends it with zeros that occupy no disk space. Does nothing if it already
    /// has that length.</summary>
    /// <remarks><c>qemu_test.utils.file_truncate</c> in QEMU's own framework.</remarks>
    /// <param name="file">The path of the file. A cached asset is read-only: resize a copy.</param>
    /// <param name="bytes">The length in bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    /// <exception cref="IOException">The file does not exist, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The file is not writable.</exception>
    public static void Resize(string file, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (new FileInfo(file).Length == bytes)
            return;
        using var image = new FileStream(file, FileMode.Open, FileAccess.Write);
        image.SetLength(bytes);
    }

    /// <summary>Extends the file to the next power of two. Does nothing if its length is one already.</summary>
    /// <remarks><c>qemu_test.utils.image_pow2ceil_expand</c> in QEMU's own framework.</remarks>
    /// <param name="file">The path of the file. A cached asset is read-only: expand a copy.</param>
    /// <returns>The new length in bytes.</returns>
    /// <exception cref="IOException">The file does not exist, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The file is not writable.</exception>
    public static long ExpandToPowerOfTwo(string file)
    {
        long bytes = RoundUpToPowerOfTwo(new FileInfo(file).Length);
        Resize(file, bytes);
        return bytes;
    }
}
