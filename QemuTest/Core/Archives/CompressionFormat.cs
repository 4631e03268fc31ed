namespace QemuTest.Archives;

/// <summary>The compression of one stream of bytes.</summary>
public enum CompressionFormat
{
    /// <summary>gzip, <c>.gz</c>. Several members in a row are one stream.</summary>
    Gzip,

    /// <summary>xz, <c>.xz</c>. Several streams in a row are one stream.</summary>
    Xz,

    /// <summary>Zstandard, <c>.zst</c>. Several frames in a row are one stream.</summary>
    Zstandard,

    /// <summary>bzip2, <c>.bz2</c>. Several streams in a row are one stream.</summary>
    Bzip2,
}
