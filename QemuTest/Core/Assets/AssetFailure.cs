namespace QemuTest.Assets;

/// <summary>The reason why an asset is not available.</summary>
public enum AssetFailure
{
    /// <summary>The asset is not in the cache, and downloads are off (<c>QEMU_TEST_NO_DOWNLOAD</c>).</summary>
    Offline,

    /// <summary>No source was reachable, or none delivered the file in time. A retry may succeed.</summary>
    Unreachable,

    /// <summary>The source does not have the file: HTTP 404 or 410, no such file, no such package member.</summary>
    NotFound,

    /// <summary>The archive no longer has the pinned version of the package.</summary>
    PinVanished,

    /// <summary>The content does not have the declared hash or size.</summary>
    WrongContent,

    /// <summary>Permanently refused: a malformed address, a redirect loop, or a redirect to a non-HTTP address. A retry will not help.</summary>
    Refused,
}
