namespace QemuTest.Assets;

/// <summary>A file of this machine: <c>file:///path</c>.</summary>
internal sealed class FileSource : IAssetSource
{
    public async Task FetchAsync(Uri address, AssetDownload download, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var file = new FileStream(address.LocalPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0, FileOptions.SequentialScan);
            await download.CopyFromAsync(file, address.OriginalString, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SourceException(AssetFailure.NotFound, $"there is no file '{address.LocalPath}'", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new SourceException(AssetFailure.Unreachable, $"no permission to read '{address.LocalPath}'", error);
        }
    }
}
