using System.Text;
using QemuTest.Processes;

namespace QemuTest.Assets;

/// <summary>Brings one asset, under its lock: source after source, until one delivers the declared bytes.</summary>
internal sealed class AssetFetch(AssetCache cache, AssetRequest request, Action<long>? progress)
{
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead;

    private readonly string _path = cache.PathOf(request.Hash);
    private readonly List<(string Source, SourceException Failure)> _failures = [];

    private string PartialPath => _path + ".partial";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        UpstreamMark mark = new(_path, PartialPath);
        using (AssetDownload download = new(PartialPath, request.Hash.Algorithm, request.Size, progress))
        {
            // Upstream may have brought it in the meantime.
            if (await mark.SetAsync(cancellationToken).ConfigureAwait(false)
                && await cache.IsValidAsync(request.Hash, fullCheck: false, cancellationToken).ConfigureAwait(false))
                return;
            try
            {
                foreach (string source in request.Sources)
                {
                    if (await TryAsync(source, download, cancellationToken).ConfigureAwait(false))
                    {
                        Publish(source, download);
                        return;
                    }
                }
            }
            finally
            {
                mark.Remove();
                if (download.Length == 0 || download.Validator is null)
                    DeletePartial();
            }
        }

        throw Failed();
    }

    private async Task<bool> TryAsync(string source, AssetDownload download, CancellationToken cancellationToken)
    {
        try
        {
            Uri address = new(source);
            IAssetSource brings = AssetSources.For(address, cache.Settings);
            await brings.FetchAsync(address, download, cancellationToken).ConfigureAwait(false);
            bool resumed = download.WasResumed;
            string? wrong = Wrong(download);
            if (wrong is not null && resumed)
            {
                // The kept part may be what is wrong.
                await brings.FetchAsync(address, download, cancellationToken).ConfigureAwait(false);
                wrong = Wrong(download);
            }

            return wrong is null ? true : throw new SourceException(AssetFailure.WrongContent, wrong);
        }
        catch (SourceException e)
        {
            _failures.Add((source, e));
        }
        catch (Exception e) when (e is IOException or QemuTestException or UriFormatException or ArgumentException or UnauthorizedAccessException)
        {
            _failures.Add((source, new SourceException(e is IOException ? AssetFailure.Unreachable : AssetFailure.Refused, e.Message, e)));
        }

        return false;
    }

    /// <summary>What is wrong with the bytes that came, which are thrown away then.</summary>
    private string? Wrong(AssetDownload download)
    {
        long length = download.Length;
        AssetProvenance? provenance = download.Provenance;
        string actual = download.Finish();
        if (actual == request.Hash.Hex)
            return null;

        download.Clear();
        return $"its {length} bytes have the {request.Hash.Algorithm.Name} {actual}, declared is {request.Hash.Hex}" +
            (provenance?.Version is { } version ? $" (package version {version})" : "");
    }

    private void Publish(string source, AssetDownload download)
    {
        NativeFile.SetAttribute(PartialPath, "user.qemu-asset-url", source);
        NativeFile.SetAttribute(PartialPath, "user.qemu-asset-hash", request.Hash.Hex);
        File.SetUnixFileMode(PartialPath, ReadOnly);
        ProvenanceNote.Write(_path, download.Provenance ?? new AssetProvenance { Source = source, Fetched = DateTimeOffset.UtcNow });
        File.Move(PartialPath, _path, overwrite: true);
        if (NativeFile.Identify(_path) is { } identity)
            VerifiedNote.Write(_path, identity);
        File.Delete(AssetDownload.NotePath(PartialPath));
    }

    private void DeletePartial()
    {
        File.Delete(PartialPath);
        File.Delete(AssetDownload.NotePath(PartialPath));
    }

    private AssetException Failed()
    {
        // One source that delivers wrong bytes is a fault to be seen, whatever the others did; one that may yet deliver is hope.
        AssetFailure[] order =
            [AssetFailure.WrongContent, AssetFailure.Unreachable, AssetFailure.PinVanished, AssetFailure.NotFound, AssetFailure.Refused];
        AssetFailure failure = order.First(kind => _failures.Exists(f => f.Failure.Failure == kind));
        StringBuilder text = new();
        foreach ((string source, SourceException cause) in _failures)
            text.Append(_failures.Count == 1 ? "" : "\n  ").Append(source).Append(": ").Append(cause.Message);
        if (failure == AssetFailure.Unreachable)
            text.Append(_failures.Count == 1 ? "; " : "\n  ").Append("try again with: ").Append(request.FetchCommand);
        return new AssetException(request.Name, failure, text.ToString(), _failures[^1].Failure);
    }
}
