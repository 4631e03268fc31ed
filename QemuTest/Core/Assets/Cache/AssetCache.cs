using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using QemuTest.Processes;

namespace QemuTest.Assets;

/// <summary>
/// The folder of verified files, shared with upstream's harness and among processes. <c>HASH</c> is the complete, read-only file,
/// <c>HASH.stamp</c> the time of its last use, <c>HASH.download</c> upstream's sign of a running download. Files that only this library has:
/// <c>HASH.partial</c> (bytes so far), <c>HASH.verified</c> (size, time and inode at the last check), <c>HASH.provenance</c> and
/// <c>HASH.lock</c>.
/// </summary>
internal sealed class AssetCache(AssetSettings settings) : IDisposable
{
    private static readonly ConcurrentDictionary<string, bool> Refreshed = [];

    private readonly ConcurrentDictionary<string, SafeFileHandle> _inUse = [];

    public AssetSettings Settings { get; } = settings;

    public string Folder => Path.Combine(Settings.CacheRoot, "download");

    public string PathOf(AssetHash hash) => FileOf(hash).Path;

    /// <summary>Gets the origin of a cached file, or null if another harness fetched it.</summary>
    public AssetProvenance? ProvenanceOf(AssetHash hash) => FileOf(hash).Provenance;

    /// <summary>Whether the file is in the cache with its hash. An unchanged file is hashed only for a <paramref name="fullCheck"/>, or after some days.</summary>
    public Task<bool> IsValidAsync(AssetHash hash, bool fullCheck, CancellationToken cancellationToken = default) =>
        FileOf(hash).IsValidAsync(fullCheck ? null : Settings.FullCheckAge, cancellationToken);

    /// <summary>
    /// Fetches the file if it is not in the cache, and returns its path. The file counts as in use until the process ends: <c>prune</c>
    /// keeps it.
    /// </summary>
    /// <exception cref="AssetException">The asset is not available.</exception>
    public async Task<string> FetchAsync(AssetRequest request, Action<long>? progress = null, CancellationToken cancellationToken = default)
    {
        CachedFile file = FileOf(request.Hash);
        bool refresh = Settings.Refresh && !Settings.NoDownload && Refreshed.TryAdd(file.Path, true);
        while (refresh || !await file.IsValidAsync(Settings.FullCheckAge, cancellationToken).ConfigureAwait(false) || !Hold(file))
        {
            if (Settings.NoDownload)
                throw Offline(request, file.Path);
            Directory.CreateDirectory(Folder);
            using FileLock _ = await LockAsync(request, file.Path, cancellationToken).ConfigureAwait(false);
            if (refresh || !await file.IsValidAsync(Settings.FullCheckAge, cancellationToken).ConfigureAwait(false))
                await new AssetFetch(file, request, Settings, progress).RunAsync(cancellationToken).ConfigureAwait(false);
            refresh = false;
        }

        file.TouchStamp();
        return file.Path;
    }

    public void Dispose()
    {
        foreach (SafeFileHandle file in _inUse.Values)
            file.Dispose();
        _inUse.Clear();
    }

    private CachedFile FileOf(AssetHash hash) => new(Folder, hash);

    private async Task<FileLock> LockAsync(AssetRequest request, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await FileLock.AcquireAsync(path + ".lock", $"asset {request.Name}", Settings.LockTimeout, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (TimeoutException error)
        {
            throw new AssetException(request.Name, path, AssetFailure.Unreachable, error.Message, cause: error);
        }
    }

    private bool Hold(CachedFile file)
    {
        if (file.Hold() is not { } handle)
            return false;

        // A second handle of the same path replaces the first: the file may be a new one.
        _inUse.AddOrUpdate(file.Path, handle, (_, old) =>
        {
            old.Dispose();
            return handle;
        });
        return true;
    }

    private static AssetException Offline(AssetRequest request, string path) => new(
        request.Name, path, AssetFailure.Offline,
        $"{(File.Exists(path) ? $"'{path}' does not have its hash" : $"'{path}' does not exist")}, and {AssetSettings.NoDownloadVariable} " +
        $"turns downloads off; {(request.FetchCommand is { } command ? $"fetch it with: {command}" : "unset the variable to fetch it")}");
}
