using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using QemuTest.Processes;

namespace QemuTest.Assets;

/// <summary>
/// The file that a source writes an asset into, beside the cached ones as <c>HASH.partial</c>. Its hash is computed while bytes arrive.
/// What a broken try leaves is kept, with the address and validator it came by, for the next to go on from.
/// Not thread-safe; the cache gives it to one source at a time.
/// </summary>
public sealed class AssetDownload : IDisposable
{
    private const long MaxBytes = 64L << 30;

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly IncrementalHash _hash;
    private readonly Action<long>? _progress;
    private long _hashed;

    internal AssetDownload(string path, HashAlgorithmName algorithm, long? expectedSize, Action<long>? progress)
    {
        (_path, ExpectedSize, _progress) = (path, expectedSize, progress);
        _file = NativeFile.Open(path, create: true);
        _hash = IncrementalHash.CreateHash(algorithm);
        Length = RandomAccess.GetLength(_file);
        string[] note = File.Exists(NotePath(path)) ? File.ReadAllLines(NotePath(path)) : [];
        if (note.Length == 2)
            (Origin, Validator) = (note[0], note[1]);
    }

    /// <summary>Bytes that are there.</summary>
    public long Length { get; private set; }

    /// <summary>The address that the bytes that are there came from, or null if that is not known.</summary>
    public string? Origin { get; private set; }

    /// <summary>What that address said to tell its version by (an HTTP ETag or date), or null.</summary>
    public string? Validator { get; private set; }

    /// <summary>The size the asset is declared with, or null.</summary>
    public long? ExpectedSize { get; }

    /// <summary>What the source knows of the origin beyond its address; recorded with the file.</summary>
    public AssetProvenance? Provenance { get; set; }

    internal bool WasResumed { get; private set; }

    /// <summary>Throws away what is there and starts from the first byte.</summary>
    /// <param name="origin">The address that the bytes to come are from.</param>
    /// <param name="validator">Something to resume by, or null if an interrupted try can't be resumed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RestartAsync(string origin, string? validator, CancellationToken cancellationToken)
    {
        Clear();
        (Origin, Validator) = validator is null ? (null, null) : (origin, validator);
        if (validator is not null)
            await File.WriteAllLinesAsync(NotePath(_path), [origin, validator], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keeps what is there, and makes ready to append to it.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
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

    /// <summary>Writes the next bytes.</summary>
    /// <exception cref="SourceException">More bytes than were declared.</exception>
    public async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (Length + bytes.Length > (ExpectedSize ?? MaxBytes))
            throw new SourceException(AssetFailure.WrongContent, $"more than the {ExpectedSize ?? MaxBytes} bytes it may have");
        await RandomAccess.WriteAsync(_file, bytes, Length, cancellationToken).ConfigureAwait(false);
        _hash.AppendData(bytes.Span);
        Length += bytes.Length;
        _hashed = Length;
        _progress?.Invoke(Length);
    }

    /// <summary>Writes all of a stream, from the first byte.</summary>
    public async Task CopyFromAsync(Stream content, string origin, CancellationToken cancellationToken)
    {
        await RestartAsync(origin, null, cancellationToken).ConfigureAwait(false);
        byte[] buffer = new byte[1 << 20];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            await AppendAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the file; what is there stays for the next try.</summary>
    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
    }

    internal static string NotePath(string path) => path + ".source";

    /// <summary>Drops all bytes.</summary>
    internal void Clear()
    {
        File.Delete(NotePath(_path));
        RandomAccess.SetLength(_file, 0);
        _hash.GetHashAndReset();
        (Length, _hashed, WasResumed, Origin, Validator, Provenance) = (0, 0, false, null, null, null);
    }

    /// <summary>The hash of all bytes, which are safe on the disk then.</summary>
    internal string Finish()
    {
        if (_hashed != Length)
            throw new InvalidOperationException($"{nameof(ResumeAsync)} or {nameof(RestartAsync)} comes before anything else; '{_path}' was kept without it.");
        RandomAccess.FlushToDisk(_file);
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }
}
