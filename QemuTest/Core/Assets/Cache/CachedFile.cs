using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using QemuTest.Processes;

namespace QemuTest.Assets;

/// <summary>One file of the cache, named by its hash, and the notes beside it.</summary>
internal sealed class CachedFile(string folder, AssetHash hash)
{
    public const string StampExtension = ".stamp";

    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead;

    public string Path { get; } = System.IO.Path.Combine(folder, hash.Hex);

    /// <summary>The bytes received so far by a fetch.</summary>
    public string PartialPath => Path + ".partial";

    /// <summary>The origin of the file, or null if another harness fetched it.</summary>
    public AssetProvenance? Provenance => ProvenanceNote.Read(Path);

    /// <summary>
    /// Whether the file exists and has its hash. It is hashed if its size, time or inode have changed since the last check, or if that check is
    /// older than <paramref name="fullCheckAge"/>.
    /// </summary>
    /// <param name="fullCheckAge">The longest age of the last check, or null to hash the file in any case.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<bool> IsValidAsync(TimeSpan? fullCheckAge, CancellationToken cancellationToken = default)
    {
        if (NativeFile.Identify(Path) is not { } identity)
            return false;
        if (fullCheckAge is { } age && VerifiedNote.IsFresh(Path, identity, age))
            return true;
        string actual;
        try
        {
            actual = await AssetHash.OfFileAsync(Path, hash.Algorithm, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is FileNotFoundException or UnauthorizedAccessException)
        {
            return false;
        }

        if (actual != hash.Hex)
            return false;
        VerifiedNote.Write(Path, identity);
        return true;
    }

    /// <summary>Takes a shared lock on the file, until the handle is disposed. Returns null if the file was removed meanwhile.</summary>
    /// <remarks>The lock is a flock, because QEMU locks its images with fcntl. The two kinds do not meet.</remarks>
    public SafeFileHandle? Hold()
    {
        try
        {
            SafeFileHandle file = NativeFile.Open(Path, create: false, write: false);
            NativeFile.Lock(file, Path, shared: true, wait: true);
            if (NativeFile.Identify(Path)?.Inode == NativeFile.Identify(file, Path).Inode)
                return file;
            file.Dispose();
            return null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Moves the complete partial file into place.</summary>
    public void Publish(AssetProvenance provenance)
    {
        NativeFile.SetAttribute(PartialPath, "user.qemu-asset-url", provenance.Source);
        NativeFile.SetAttribute(PartialPath, "user.qemu-asset-hash", hash.Hex);
        File.SetUnixFileMode(PartialPath, ReadOnly);
        ProvenanceNote.Write(Path, provenance);
        File.Move(PartialPath, Path, overwrite: true);
        if (NativeFile.Identify(Path) is { } identity)
            VerifiedNote.Write(Path, identity);
        File.Delete(AssetDownload.NotePath(PartialPath));
    }

    public void DeletePartial()
    {
        File.Delete(PartialPath);
        File.Delete(AssetDownload.NotePath(PartialPath));
    }

    /// <summary>Records the time of use.</summary>
    public void TouchStamp()
    {
        try
        {
            using SafeFileHandle stamp = NativeFile.Open(Path + StampExtension, create: true);
            byte[] now = Encoding.ASCII.GetBytes(DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
            RandomAccess.Write(stamp, now, 0);
            RandomAccess.SetLength(stamp, now.Length);
        }
        catch (IOException)
        {
            // A read-only cache works too.
        }
    }
}
