namespace QemuTest.Archives;

/// <summary>How members are put together in one file. A compression around it (<c>.tar.xz</c>) is found by itself.</summary>
public enum ArchiveFormat
{
    /// <summary>tar: v7, ustar, pax and GNU.</summary>
    Tar,

    /// <summary>zip, with zip64; read through its central directory.</summary>
    Zip,

    /// <summary>A Debian package, <c>.deb</c> or <c>.udeb</c>: its data members.</summary>
    Deb,

    /// <summary>cpio: <c>newc</c>, <c>crc</c> and <c>odc</c>, also several one after another as in an initramfs.</summary>
    Cpio,

    /// <summary>7z, read only.</summary>
    SevenZip,
}
