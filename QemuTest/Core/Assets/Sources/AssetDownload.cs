using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using QemuTest.Processes;

namespace QemuTest.Assets;

/// <summary>
/// The partial file of a download, <c>HASH.partial</c> in the cache. Its hash is computed while bytes arrive. After a failure the bytes are
/// kept, with their address and its validator, so that the next attempt can resume. Not thread-safe: one source at a time writes it.
/// </summary>
internal sealed class AssetDownload : IDisposable
{
    private const long MaxBytes = 64L << 30;

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly IncrementalHash _hash;
    private readonly Action<long>? _progress;
    private long _hashed;

    public AssetDownload(string path, HashAlgorithmName algorithm, long? expectedSize, Action<long>? progress)
    {
        _path = path;
        _progress = progress;
        _file = NativeFile.Open(path, create: true);
        _hash = IncrementalHash.CreateHash(algorithm);
        ExpectedSize = expectedSize;
        Length = RandomAccess.GetLength(_file);
        string[] note = File.Exists(NotePath(path)) ? File.ReadAllLines(NotePath(path)) : [];
        if (note.Length == 2)
        {
            Origin = note[0];
            Validator = note[1];
        }
    }

    /// <summary>The bytes received so far.</summary>
    public long Length { get; private set; }

    /// <summary>The address of the received bytes, or null if it is not known.</summary>
    public string? Origin { get; private set; }

    /// <summary>The HTTP ETag or date by which that address identifies the version of its file, or null.</summary>
    public string? Validator { get; private set; }

    /// <summary>The declared size in bytes, or null.</summary>
    public long? ExpectedSize { get; }

    /// <summary>What the source knows about the origin beyond its address. It is recorded with the file.</summary>
    public AssetProvenance? Provenance { get; set; }

    /// <summary>Whether bytes of an earlier attempt are part of the file.</summary>
    public bool WasResumed { get; private set; }

    /// <summary>Deletes the received bytes and starts with the first one.</summary>
    /// <param name="origin">The address of the bytes to come.</param>
    /// <param name="validator">The validator to resume by, or null if a broken attempt cannot be resumed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task RestartAsync(string origin, string? validator, CancellationToken cancellationToken = default)
    {
        Clear();
        if (validator is null)
            return;
        Origin = origin;
        Validator = validator;
        await File.WriteAllLinesAsync(NotePath(_path), [origin, validator], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keeps the received bytes and prepares to append to them.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken = default)
    {
        WasResumed |= Length > 0;
        byte[] buffer = new byte[1 << 20];
        while (_hashed < Length)
        {
            int read = await RandomAccess.ReadAsync(_file, buffer, _hashed, cancellationToken).ConfigureAwait(false);
            if (read == 0)
                throw new IOException($"'{_path}' became shorter while it was read");
            _hash.AppendData(buffer, 0, read);
            _hashed += read;
        }

        _progress?.Invoke(Length);
    }

    /// <summary>Appends bytes.</summary>
    /// <exception cref="SourceException">The file is longer than declared.</exception>
    public async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        if (Length + bytes.Length > (ExpectedSize ?? MaxBytes))
            throw new SourceException(AssetFailure.WrongContent, $"the file has more than {ExpectedSize ?? MaxBytes} bytes");
        await RandomAccess.WriteAsync(_file, bytes, Length, cancellationToken).ConfigureAwait(false);
        _hash.AppendData(bytes.Span);
        Length += bytes.Length;
        _hashed = Length;
        _progress?.Invoke(Length);
    }

    /// <summary>Writes a whole stream, from the first byte.</summary>
    public async Task CopyFromAsync(Stream content, string origin, CancellationToken cancellationToken = default)
    {
        await RestartAsync(origin, null, cancellationToken).ConfigureAwait(false);
        byte[] buffer = new byte[1 << 20];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            await AppendAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the file. The received bytes stay for the next attempt.</summary>
    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
    }

    public static string NotePath(string path) => path + ".source";

    /// <summary>Deletes the received bytes.</summary>
    public void Clear()
    {
        File.Delete(NotePath(_path));
        RandomAccess.SetLength(_file, 0);
        _hash.GetHashAndReset();
        Length = 0;
        _hashed = 0;
        WasResumed = false;
        Origin = null;
        Validator = null;
        Provenance = null;
    }

    /// <summary>Flushes the file to the disk and returns the hash of its bytes.</summary>
    public string Finish()
    {
        if (_hashed != Length)
            throw new InvalidOperationException($"Call {nameof(ResumeAsync)} or {nameof(RestartAsync)} first: '{_path}' has bytes of an earlier attempt.");
        RandomAccess.FlushToDisk(_file);
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }
}
