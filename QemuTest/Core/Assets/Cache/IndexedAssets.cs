using System.Security.Cryptography;
using QemuTest.Processes;

namespace QemuTest.Assets;

/// <summary>
/// Assets without a declared hash, for entries that say so: trusted is what the archive's signed index had at the time of fetching.
/// Version and hashes are recorded in the cache as <c>records/NAME.provenance</c>, and from then on hold like declared ones.
/// </summary>
internal static class IndexedAssets
{
    private static readonly TimeSpan LockTimeout = TimeSpan.FromMinutes(30);

    public static AssetProvenance? Recorded(AssetCache cache, string name) => ProvenanceNote.Read(RecordPath(cache, name));

    public static async Task<string> FetchAsync(AssetCache cache, string name, IReadOnlyList<string> sources, CancellationToken cancellationToken)
    {
        string record = RecordPath(cache, name);
        if (!cache.Settings.Refresh || cache.Settings.NoDownload)
        {
            if (ProvenanceNote.Read(record) is { Sha256: { } known } found)
                return await cache.FetchAsync(Pinned(name, known, found), null, cancellationToken).ConfigureAwait(false);
        }

        if (cache.Settings.NoDownload)
        {
            throw new AssetException(name, AssetFailure.Offline,
                $"it was never brought into '{cache.Settings.CacheRoot}' and {AssetSettings.NoDownloadVariable} turns downloads off; " +
                $"bring it with: eng/precache.sh {name}");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(record)!);
        using FileLock alone = await FileLock.AcquireAsync(record + ".lock", $"asset {name}", LockTimeout, cancellationToken).ConfigureAwait(false);
        if (!cache.Settings.Refresh && ProvenanceNote.Read(record) is { Sha256: { } other } byOther)
            return await cache.FetchAsync(Pinned(name, other, byOther), null, cancellationToken).ConfigureAwait(false);
        AssetProvenance brought = await FetchAsync(cache, name, sources[0], record + ".partial", cancellationToken).ConfigureAwait(false);
        ProvenanceNote.Write(record, brought);
        return await cache.FetchAsync(Pinned(name, brought.Sha256!, brought), null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Brings the file, and puts it into the cache under the hash it turns out to have.</summary>
    private static async Task<AssetProvenance> FetchAsync(
        AssetCache cache, string name, string source, string partial, CancellationToken cancellationToken)
    {
        try
        {
            string sha256;
            AssetProvenance? provenance;
            using (AssetDownload download = new(partial, HashAlgorithmName.SHA256, null, null))
            {
                await new AptSource(cache.Settings.CacheRoot).FetchAsync(new Uri(source), download, cancellationToken).ConfigureAwait(false);
                (sha256, provenance) = (download.Finish(), download.Provenance);
            }

            string path = cache.PathOf(AssetHash.Parse(sha256));
            Directory.CreateDirectory(cache.Folder);
            File.SetUnixFileMode(partial, UnixFileMode.UserRead | UnixFileMode.GroupRead);
            ProvenanceNote.Write(path, provenance!);
            File.Move(partial, path, overwrite: true);
            return provenance! with { Sha256 = sha256 };
        }
        catch (SourceException e)
        {
            throw new AssetException(name, e.Failure, $"{source}: {e.Message}", e);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <summary>What was recorded is a pin: should the file be lost, only the same version brings it back.</summary>
    private static AssetRequest Pinned(string name, string sha256, AssetProvenance provenance) => new(
        name, AssetHash.Parse(sha256), [(AptReference.Parse(provenance.Source) with { Version = provenance.Version }).ToString()], null);

    private static string RecordPath(AssetCache cache, string name) => Path.Combine(cache.Settings.CacheRoot, "records", name.Replace('/', '_'));
}
