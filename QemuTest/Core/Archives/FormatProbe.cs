namespace QemuTest.Archives;

/// <summary>Detects a format by the first bytes, or else by the name.</summary>
internal static class FormatProbe
{
    /// <summary>The number of leading bytes that the probe needs: the length of a tar header.</summary>
    public const int HeadBytes = 512;

    public static CompressionFormat? Compression(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith<byte>([0x1F, 0x8B]))
            return CompressionFormat.Gzip;
        if (IsXz(head))
            return CompressionFormat.Xz;
        if (head.StartsWith<byte>([0x28, 0xB5, 0x2F, 0xFD]) || IsSkippableZstandardFrame(head))
            return CompressionFormat.Zstandard;
        return head.StartsWith("BZh"u8) && head.Length > 9 && head[3] is >= (byte)'1' and <= (byte)'9' ? CompressionFormat.Bzip2 : null;
    }

    public static ArchiveFormat? Archive(ReadOnlySpan<byte> head, string name)
    {
        if (head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8))
            return ArchiveFormat.Zip;
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

    /// <summary>Detects the format by the extension before the one of a compression.</summary>
    private static ArchiveFormat? ByName(string name)
    {
        string lower = name.ToLowerInvariant();
        foreach (string extension in (string[])[".gz", ".xz", ".zst", ".zstd", ".bz2"])
        {
            if (lower.EndsWith(extension, StringComparison.Ordinal))
                lower = lower[..^extension.Length];
        }

        return Path.GetExtension(lower) switch
        {
            ".tar" or ".tgz" or ".txz" or ".tbz" or ".tbz2" or ".tzst" => ArchiveFormat.Tar,
            ".zip" => ArchiveFormat.Zip,
            ".deb" or ".udeb" => ArchiveFormat.Deb,
            ".cpio" => ArchiveFormat.Cpio,
            _ => null,
        };
    }

    private static bool IsSkippableZstandardFrame(ReadOnlySpan<byte> head) =>
        head.Length >= 4 && (head[0] & 0xF0) == 0x50 && head[1..4].SequenceEqual<byte>([0x2A, 0x4D, 0x18]);
}
