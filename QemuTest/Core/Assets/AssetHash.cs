using System.Security.Cryptography;

namespace QemuTest.Assets;

/// <summary>A declared hash: 64 hex digits are SHA-256, 128 are SHA-512. Lower case, as the cache's file names are.</summary>
internal readonly record struct AssetHash
{
    private AssetHash(string hex, HashAlgorithmName algorithm) => (Hex, Algorithm) = (hex, algorithm);

    public string Hex { get; }

    public HashAlgorithmName Algorithm { get; }

    public static AssetHash Parse(string text)
    {
        HashAlgorithmName algorithm = text.Length switch
        {
            64 => HashAlgorithmName.SHA256,
            128 => HashAlgorithmName.SHA512,
            _ => throw new ArgumentException(
                $"'{text}' is no asset hash: it has {text.Length} characters; write 64 hex digits for SHA-256 or 128 for SHA-512.", nameof(text)),
        };
        return text.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'))
            ? new AssetHash(text, algorithm)
            : throw new ArgumentException($"'{text}' is no asset hash: write it in lower-case hex digits.", nameof(text));
    }

    /// <summary>Reads a file and tells its hash.</summary>
    public static async Task<string> OfFileAsync(string path, HashAlgorithmName algorithm, CancellationToken cancellationToken)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(algorithm);
        await using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0, FileOptions.SequentialScan);
        byte[] buffer = new byte[1 << 20];
        int read;
        while ((read = await file.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            hash.AppendData(buffer, 0, read);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public override string ToString() => Hex;
}
