namespace QemuTest.Assets;

/// <summary>A way to bring the bytes of an asset, chosen by the scheme of its address. Content is trusted by hash alone, whatever brings it.</summary>
public interface IAssetSource
{
    /// <summary>The schemes it serves, in lower case, for example <c>https</c>.</summary>
    IReadOnlyList<string> Schemes { get; }

    /// <summary>Brings the bytes into <paramref name="download"/>, from the start or on from what an earlier try left.</summary>
    /// <param name="address">What the asset declares.</param>
    /// <param name="download">Where the bytes go.</param>
    /// <param name="cancellationToken">Ends the try; what came so far is kept.</param>
    /// <exception cref="SourceException">It could not be brought.</exception>
    Task FetchAsync(Uri address, AssetDownload download, CancellationToken cancellationToken);
}
