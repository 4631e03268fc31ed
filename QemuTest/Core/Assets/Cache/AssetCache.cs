using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using QemuTest.Processes;

namespace QemuTest.Assets;

/// <summary>
/// The folder of verified files, shared with upstream's harness and among processes: <c>HASH</c> is the file, read-only and whole,
/// <c>HASH.stamp</c> when it was last used, <c>HASH.download</c> tells upstream that it is on its way. Ours beside them:
/// <c>HASH.partial</c> (bytes so far), <c>HASH.verified</c> (what the file looked like when it was last hashed),
/// <c>HASH.provenance</c> and <c>HASH.lock</c>.
/// </summary>
internal sealed class AssetCache(AssetSettings settings) : IDisposable
{
    private static readonly ConcurrentDictionary<string, bool> Refreshed = [];

    private readonly ConcurrentDictionary<string, SafeFileHandle> _inUse = [];

    public AssetSettings Settings { get; } = settings;

    public string Folder => Path.Combine(Settings.CacheRoot, "download");

    public string PathOf(AssetHash hash) => Path.Combine(Folder, hash.Hex);

    /// <summary>
    /// Whether the file is there with its hash. It is hashed only if its size, time or inode are not those of the last check, if that
    /// was long ago, or if <paramref name="fullCheck"/>.
    /// </summary>
    public async Task<bool> IsValidAsync(AssetHash hash, bool fullCheck, CancellationToken cancellationToken)
    {
        string path = PathOf(hash);
        if (NativeFile.Identify(path) is not { } identity)
            return false;
        if (!fullCheck && VerifiedNote.IsFresh(path, identity, Settings.FullCheckAge))
            return true;
        string actual;
        try
        {
            actual = await AssetHash.OfFileAsync(path, hash.Algorithm, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or UnauthorizedAccessException)
        {
            return false;
        }

        if (actual != hash.Hex)
            return false;
        VerifiedNote.Write(path, identity);
        return true;
    }

    /// <summary>The path of the verified file, brought from its sources if need be. The file is in use until the process ends: <c>prune</c> leaves it.</summary>
    /// <exception cref="AssetException">It can't be had.</exception>
    public async Task<string> FetchAsync(AssetRequest request, Action<long>? progress, CancellationToken cancellationToken)
    {
        string path = PathOf(request.Hash);
        bool refresh = Settings.Refresh && !Settings.NoDownload && Refreshed.TryAdd(path, true);
        while (refresh || !await IsValidAsync(request.Hash, fullCheck: false, cancellationToken).ConfigureAwait(false) || !Hold(path))
        {
            if (Settings.NoDownload)
                throw Offline(request, path);
            Directory.CreateDirectory(Folder);
            FileLock alone;
            try
            {
                alone = await FileLock.AcquireAsync(path + ".lock", $"asset {request.Name}", Settings.LockTimeout, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException e)
            {
                throw new AssetException(request.Name, AssetFailure.Unreachable, e.Message, e);
            }

            using (alone)
            {
                if (refresh || !await IsValidAsync(request.Hash, fullCheck: false, cancellationToken).ConfigureAwait(false))
                    await new AssetFetch(this, request, progress).RunAsync(cancellationToken).ConfigureAwait(false);
            }

            refresh = false;
        }

        TouchStamp(path);
        return path;
    }

    /// <summary>Where a cached file came from, or null if it was brought by another harness.</summary>
    public AssetProvenance? ProvenanceOf(AssetHash hash) => ProvenanceNote.Read(PathOf(hash));

    public void Dispose()
    {
        foreach (SafeFileHandle file in _inUse.Values)
            file.Dispose();
        _inUse.Clear();
    }

    /// <summary>
    /// Takes a shared lock on the file for as long as this process uses it. False if it was removed meanwhile.
    /// It must not be QEMU's kind of lock (fcntl): flock does not meet it.
    /// </summary>
    private bool Hold(string path)
    {
        try
        {
            SafeFileHandle file = NativeFile.Open(path, create: false, write: false);
            NativeFile.Lock(file, path, shared: true, wait: true);
            if (NativeFile.Identify(path)?.Inode != NativeFile.Identify(file, path).Inode)
            {
                file.Dispose();
                return false;
            }

            // A second hold of the same file is dropped; one of a file that was replaced takes over.
            _inUse.AddOrUpdate(path, file, (_, old) =>
            {
                old.Dispose();
                return file;
            });
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    private static void TouchStamp(string path)
    {
        try
        {
            using SafeFileHandle stamp = NativeFile.Open(path + ".stamp", create: true);
            byte[] now = System.Text.Encoding.ASCII.GetBytes(DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
            RandomAccess.Write(stamp, now, 0);
            RandomAccess.SetLength(stamp, now.Length);
        }
        catch (IOException)
        {
            // A read-only cache can be used all the same.
        }
    }

    private static AssetException Offline(AssetRequest request, string path) => new(request.Name, AssetFailure.Offline,
        $"{(File.Exists(path) ? $"'{path}' does not have its hash" : $"'{path}' is not there")} and {AssetSettings.NoDownloadVariable} " +
        $"turns downloads off; bring it with: {request.FetchCommand}");
}
