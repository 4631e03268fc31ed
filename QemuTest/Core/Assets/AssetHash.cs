using System.Security.Cryptography;

namespace QemuTest.Assets;

/// <summary>A declared hash in lower-case hex digits, as in the cache's file names: 64 digits are SHA-256, 128 are SHA-512.</summary>
internal readonly record struct AssetHash
{
    private AssetHash(string hex, HashAlgorithmName algorithm)
    {
        Hex = hex;
        Algorithm = algorithm;
    }

    public string Hex { get; }

    public HashAlgorithmName Algorithm { get; }

    /// <exception cref="ArgumentException">The text is not a hash.</exception>
    public static AssetHash Parse(string text)
    {
        HashAlgorithmName algorithm = text.Length switch
        {
            64 => HashAlgorithmName.SHA256,
            128 => HashAlgorithmName.SHA512,
            _ => throw new ArgumentException(
                $"'{text}' is not an asset hash: it has {text.Length} characters. Give 64 hex digits for SHA-256 or 128 for SHA-512.", nameof(text)),
        };
        return text.All(char.IsAsciiHexDigitLower)
            ? new AssetHash(text, algorithm)
            : throw new ArgumentException($"'{text}' is not an asset hash: give lower-case hex digits.", nameof(text));
    }

    /// <summary>Reads a file and returns its hash.</summary>
    public static async Task<string> OfFileAsync(string path, HashAlgorithmName algorithm, CancellationToken cancellationToken = default)
    {
        using var hash = IncrementalHash.CreateHash(algorithm);
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0, FileOptions.SequentialScan);
        byte[] buffer = new byte[1 << 20];
        int read;
        while ((read = await file.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            hash.AppendData(buffer, 0, read);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public override string ToString() => Hex;
}
