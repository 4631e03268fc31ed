namespace QemuTest.Assets;

/// <summary>A way to fetch the bytes of an asset, by the scheme of its address. Only the hash decides whether the content is accepted.</summary>
internal interface IAssetSource
{
    /// <summary>Fetches the bytes into <paramref name="download"/>: all of them, or those that an earlier attempt did not receive.</summary>
    /// <param name="address">The address as declared.</param>
    /// <param name="download">The file to write.</param>
    /// <param name="cancellationToken">Cancels the operation. The bytes received so far are kept.</param>
    /// <exception cref="SourceException">The source could not deliver the file.</exception>
    Task FetchAsync(Uri address, AssetDownload download, CancellationToken cancellationToken = default);
}
