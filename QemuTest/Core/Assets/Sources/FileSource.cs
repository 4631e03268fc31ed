namespace QemuTest.Assets;

/// <summary>A file of this machine: <c>file:///path</c>.</summary>
internal sealed class FileSource : IAssetSource
{
    public IReadOnlyList<string> Schemes { get; } = ["file"];

    public async Task FetchAsync(Uri address, AssetDownload download, CancellationToken cancellationToken)
    {
        try
        {
            await using FileStream file = new(address.LocalPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0, FileOptions.SequentialScan);
            await download.CopyFromAsync(file, address.OriginalString, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SourceException(AssetFailure.NotFound, $"there is no file '{address.LocalPath}'", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new SourceException(AssetFailure.Unreachable, $"'{address.LocalPath}' may not be read", e);
        }
    }
}
