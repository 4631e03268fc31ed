using System.Text;

namespace QemuTest.Assets;

/// <summary>Fetches one asset, under its lock: from one source after another, until one delivers the declared bytes.</summary>
internal sealed class AssetFetch(CachedFile file, AssetRequest request, AssetSettings settings, Action<long>? progress)
{
    // If several sources fail, the first kind in this list that occurred names the whole. Wrong bytes are a fault in any case;
    // a source that may answer later gives hope.
    private static readonly AssetFailure[] BySeverity =
        [AssetFailure.WrongContent, AssetFailure.Unreachable, AssetFailure.PinVanished, AssetFailure.NotFound, AssetFailure.Refused];

    private readonly List<AssetSourceFailure> _failures = [];
    private Exception? _lastError;

    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        var mark = new UpstreamMark(file.Path, file.PartialPath);
        using (var download = new AssetDownload(file.PartialPath, request.Hash.Algorithm, request.Size, progress))
        {
            // Upstream may have fetched the file in the meantime.
            if (await mark.SetAsync(cancellationToken).ConfigureAwait(false)
                && await file.IsValidAsync(settings.FullCheckAge, cancellationToken).ConfigureAwait(false))
                return;
            try
            {
                foreach (string source in request.Sources)
                {
                    if (await TryAsync(source, download, cancellationToken).ConfigureAwait(false))
                    {
                        file.Publish(download.Provenance ?? new AssetProvenance { Source = source, Fetched = DateTimeOffset.UtcNow });
                        return;
                    }
                }
            }
            finally
            {
                mark.Remove();
                if (download.Length == 0 || download.Validator is null)
                    file.DeletePartial();
            }
        }

        throw Failed();
    }

    private async Task<bool> TryAsync(string source, AssetDownload download, CancellationToken cancellationToken)
    {
        try
        {
            var address = new Uri(source);
            IAssetSource from = AssetSources.For(address, settings);
            await from.FetchAsync(address, download, cancellationToken).ConfigureAwait(false);
            bool resumed = download.WasResumed;
            string? fault = FaultOf(download);
            if (fault is not null && resumed)
            {
                // The bytes of the earlier attempt may be at fault.
                await from.FetchAsync(address, download, cancellationToken).ConfigureAwait(false);
                fault = FaultOf(download);
            }

            if (fault is null)
                return true;
            Add(source, new SourceException(AssetFailure.WrongContent, fault));
        }
        catch (SourceException error)
        {
            Add(source, error);
        }
        catch (Exception error) when (error is IOException or UriFormatException or ArgumentException or UnauthorizedAccessException)
        {
            Add(source, new SourceException(error is IOException ? AssetFailure.Unreachable : AssetFailure.Refused, error.Message, error));
        }

        return false;
    }

    private void Add(string source, SourceException error)
    {
        _failures.Add(new AssetSourceFailure { Source = source, Failure = error.Failure, Reason = error.Message, HttpStatus = error.HttpStatus });
        _lastError = error;
    }

    /// <summary>The difference between the received and the declared bytes, which are then deleted; null if there is none.</summary>
    private string? FaultOf(AssetDownload download)
    {
        long length = download.Length;
        AssetProvenance? provenance = download.Provenance;
        string actual = download.Finish();
        if (actual == request.Hash.Hex)
            return null;

        download.Clear();
        return $"the {request.Hash.Algorithm.Name} of its {length} bytes is {actual}, but {request.Hash.Hex} is declared" +
            (provenance?.Version is { } version ? $" (package version {version})" : "");
    }

    private AssetException Failed()
    {
        AssetFailure failure = BySeverity.First(kind => _failures.Exists(failed => failed.Failure == kind));
        var text = new StringBuilder();
        foreach (AssetSourceFailure failed in _failures)
            text.Append(_failures.Count == 1 ? "" : "\n  ").Append(failed.Source).Append(": ").Append(failed.Reason);
        if (failure == AssetFailure.Unreachable && request.FetchCommand is { } command)
            text.Append(_failures.Count == 1 ? "; " : "\n  ").Append("try again with: ").Append(command);
        return new AssetException(request.Name, file.Path, failure, text.ToString(), _failures, _lastError);
    }
}
