namespace QemuTest.Assets;

/// <summary>Why an asset could not be had.</summary>
public enum AssetFailure
{
    /// <summary>It is not in the cache and downloads are off (<c>QEMU_TEST_NO_DOWNLOAD</c>).</summary>
    Offline,

    /// <summary>No source could be reached, or none delivered in time; the next try may succeed.</summary>
    Unreachable,

    /// <summary>The source says that there is no such file (HTTP 404 or 410, a missing file, a missing member).</summary>
    NotFound,

    /// <summary>A pinned package version is no longer in its archive.</summary>
    PinVanished,

    /// <summary>What came does not have the declared hash or size.</summary>
    WrongContent,

    /// <summary>The source answered in a way that no second try mends: a redirect loop, a redirect off the web.</summary>
    Refused,
}
