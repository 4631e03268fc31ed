namespace QemuTest.Archives;

/// <summary>The format of an archive. A compression around it, as in <c>.tar.xz</c>, is detected.</summary>
public enum ArchiveFormat
{
    /// <summary>tar: v7, ustar, pax and GNU.</summary>
    Tar,

    /// <summary>zip and zip64, read through the central directory.</summary>
    Zip,

    /// <summary>The data members of a Debian package, <c>.deb</c> or <c>.udeb</c>.</summary>
    Deb,

    /// <summary>cpio: <c>newc</c>, <c>crc</c> and <c>odc</c>, also several in a row as in an initramfs.</summary>
    Cpio,
}
