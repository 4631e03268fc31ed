namespace QemuTest.Archives;

/// <summary>Tells formats by their first bytes, and by name where the bytes do not say.</summary>
internal static class FormatProbe
{
    /// <summary>How many leading bytes the probe wants to see: a tar header is one block.</summary>
    public const int HeadBytes = 512;

    public static CompressionFormat? Compression(ReadOnlySpan<byte> head, string name)
    {
        if (head.StartsWith<byte>([0x1F, 0x8B]))
            return CompressionFormat.Gzip;
        if (IsXz(head))
            return CompressionFormat.Xz;
        if (head.StartsWith<byte>([0x28, 0xB5, 0x2F, 0xFD]) || IsSkippableZstandardFrame(head))
            return CompressionFormat.Zstandard;
        if (head.StartsWith("BZh"u8) && head.Length > 9 && head[3] is >= (byte)'1' and <= (byte)'9')
            return CompressionFormat.Bzip2;

        // .lzma has no magic number: what its 13 bytes may hold is tested, and the name decides the rest.
        return LooksLikeLzma(head) && (name.EndsWith("lzma", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".tlz", StringComparison.OrdinalIgnoreCase)
            || head.StartsWith<byte>([0x5D, 0, 0])) ? CompressionFormat.Lzma : null;
    }

    public static ArchiveFormat? Archive(ReadOnlySpan<byte> head, string name)
    {
        if (head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8))
            return ArchiveFormat.Zip;
        if (head.StartsWith<byte>([(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C]))
            return ArchiveFormat.SevenZip;
        if (head.StartsWith("!<arch>\n"u8))
            return ArchiveFormat.Deb;
        if (head.StartsWith("070701"u8) || head.StartsWith("070702"u8) || head.StartsWith("070707"u8))
            return ArchiveFormat.Cpio;
        if (head.Length >= TarHeader.BlockBytes && (TarHeader.HasValidChecksum(head) || TarHeader.IsZero(head)))
            return ArchiveFormat.Tar;

        return ByName(name);
    }

    public static bool IsXz(ReadOnlySpan<byte> head) =>
        head.StartsWith<byte>([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]);

    /// <summary>What the name says, with any compression's extension left out of account.</summary>
    private static ArchiveFormat? ByName(string name)
    {
        string lower = name.ToLowerInvariant();
        foreach (string extension in (string[])[".gz", ".xz", ".zst", ".zstd", ".bz2", ".lzma"])
        {
            if (lower.EndsWith(extension, StringComparison.Ordinal))
                lower = lower[..^extension.Length];
        }

        return Path.GetExtension(lower) switch
        {
            ".tar" or ".tgz" or ".txz" or ".tbz" or ".tbz2" or ".tlz" or ".tzst" => ArchiveFormat.Tar,
            ".zip" => ArchiveFormat.Zip,
            ".deb" or ".udeb" => ArchiveFormat.Deb,
            ".cpio" => ArchiveFormat.Cpio,
            ".7z" => ArchiveFormat.SevenZip,
            _ => null,
        };
    }

    private static bool IsSkippableZstandardFrame(ReadOnlySpan<byte> head) =>
        head.Length >= 4 && (head[0] & 0xF0) == 0x50 && head[1..4].SequenceEqual<byte>([0x2A, 0x4D, 0x18]);

    private static bool LooksLikeLzma(ReadOnlySpan<byte> head)
    {
        if (head.Length < 13 || head[0] >= 9 * 5 * 5)
            return false;
        uint dictionary = BitConverter.ToUInt32(head[1..5]);
        long size = BitConverter.ToInt64(head[5..13]);
        return dictionary != 0 && (size == -1 || (size >= 0 && size < 1L << 40));
    }
}
