namespace QemuTest.Assets;

/// <summary>An asset as the cache sees it: the content by its hash, and the addresses to fetch it from, in the order to try.</summary>
internal sealed record AssetRequest(string Name, AssetHash Hash, IReadOnlyList<string> Sources, long? Size = null)
{
    /// <summary>Whether the manifest lists the asset, so that <c>qemu-test precache</c> knows its name.</summary>
    public bool IsListed { get; init; }

    /// <summary>The command that fetches the asset, or null for an asset that only its test knows.</summary>
    public string? FetchCommand => IsListed ? $"qemu-test precache {Name}" : null;
}
