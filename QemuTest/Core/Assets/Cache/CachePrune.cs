using System.Globalization;
using Microsoft.Win32.SafeHandles;
using QemuTest.Processes;

namespace QemuTest.Assets;

/// <summary>The result of a prune, in files and bytes.</summary>
internal sealed record PruneResult(int Files, long Bytes, int Leftovers, int InUse, long BytesLeft);

/// <summary>
/// Keeps the cache within an age and a size, and removes the least recently used files first. Also removes the rest of broken runs: partial
/// downloads, stamps and notes without a file, old packages. A file in use by a process stays.
/// </summary>
/// <remarks>Replaces upstream's <c>clean_functional_cache.py</c>, which knows age only, not SHA-512 names, and leaves the stamps.</remarks>
internal sealed class CachePrune(AssetCache cache, TimeSpan maxAge, long maxBytes)
{
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);
    private static readonly TimeSpan PackageAge = TimeSpan.FromDays(7);
    private static readonly string[] Notes = [CachedFile.StampExtension, VerifiedNote.Extension, ProvenanceNote.Extension];

    private int _files;
    private long _bytes;
    private int _leftovers;
    private int _inUse;

    public PruneResult Run()
    {
        long left = 0;
        if (Directory.Exists(cache.Folder))
        {
            List<(string Path, DateTimeOffset Used, long Size)> files = [.. AssetFiles().OrderBy(file => file.Used)];
            left = files.Sum(file => file.Size);
            foreach ((string path, DateTimeOffset used, long size) in files)
            {
                if ((DateTimeOffset.UtcNow - used > maxAge || left > maxBytes) && TryDelete(path, size))
                    left -= size;
            }

            DeleteLeftovers();
        }

        DeletePackages(Path.Combine(cache.Settings.CacheRoot, "apt", "debs"));
        return new PruneResult(_files, _bytes, _leftovers, _inUse, left);
    }

    private static bool IsAssetName(string name) => name.Length is 64 or 128 && name.All(char.IsAsciiHexDigitLower);

    private static bool IsOld(string path) => DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > LeftoverAge;

    private IEnumerable<(string Path, DateTimeOffset Used, long Size)> AssetFiles()
    {
        foreach (FileInfo file in new DirectoryInfo(cache.Folder).EnumerateFiles().Where(file => IsAssetName(file.Name)))
            yield return (file.FullName, LastUse(file), file.Length);
    }

    private static DateTimeOffset LastUse(FileInfo file)
    {
        string stamp = file.FullName + CachedFile.StampExtension;
        // Without a stamp: the time of arrival. For unpacked files that is the access or creation time, not the write time.
        return File.Exists(stamp) && long.TryParse(File.ReadAllText(stamp), NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : new[] { file.LastWriteTimeUtc, file.LastAccessTimeUtc, file.CreationTimeUtc }.Max();
    }

    private bool TryDelete(string path, long size)
    {
        using FileLock? alone = FileLock.TryAcquire(path + ".lock");
        if (alone is null)
        {
            _inUse++;
            return false;
        }

        using (SafeFileHandle file = NativeFile.Open(path, create: false, write: false))
        {
            if (!NativeFile.Lock(file, path, shared: false, wait: false))
            {
                _inUse++;
                return false;
            }

            File.Delete(path);
        }

        foreach (string note in Notes)
            File.Delete(path + note);
        _files++;
        _bytes += size;
        return true;
    }

    private void DeleteLeftovers()
    {
        foreach (string path in Directory.GetFiles(cache.Folder))
        {
            string name = Path.GetFileName(path);
            string asset = name.Split('.')[0];
            if (name == asset || !IsAssetName(asset))
                continue;
            string main = Path.Combine(cache.Folder, asset);
            bool isNote = Array.Exists(Notes, note => name == asset + note);
            if (isNote ? File.Exists(main) : !IsOld(path))
                continue;
            using FileLock? alone = FileLock.TryAcquire(main + ".lock");
            if (alone is null || (isNote && File.Exists(main)))
                continue;
            File.Delete(path);
            _leftovers++;
        }
    }

    private void DeletePackages(string folder)
    {
        if (!Directory.Exists(folder))
            return;
        foreach (FileInfo package in new DirectoryInfo(folder).GetFiles("*.deb"))
        {
            using FileLock? alone = FileLock.TryAcquire(package.FullName + ".lock");
            if (alone is null || DateTime.UtcNow - package.LastWriteTimeUtc < PackageAge)
                continue;
            package.Delete();
            _leftovers++;
            _bytes += package.Length;
        }
    }
}
