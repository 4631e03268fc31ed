namespace QemuTest.Archives;

/// <summary>How one stream of bytes is compressed.</summary>
public enum CompressionFormat
{
    /// <summary>gzip, <c>.gz</c>; several members in a row are one stream.</summary>
    Gzip,

    /// <summary>xz, <c>.xz</c>; several streams in a row are one stream.</summary>
    Xz,

    /// <summary>Zstandard, <c>.zst</c>; several frames in a row are one stream.</summary>
    Zstandard,

    /// <summary>bzip2, <c>.bz2</c>; several streams in a row are one stream.</summary>
    Bzip2,

    /// <summary>LZMA alone, <c>.lzma</c>: it carries no checksum, so only its structure can be checked.</summary>
    Lzma,
}
