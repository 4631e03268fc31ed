using System.Diagnostics.CodeAnalysis;

namespace QemuTest.Assets;

/// <summary>
/// A file that a test needs, found in the cache or brought from its sources, and verified before anyone sees it. A test class declares
/// its assets as static members, so that they are known before it runs: <see cref="AssetGate"/> skips the test where one can't be had.
/// Immutable and thread-safe. Equals upstream's <c>Asset</c>; the cache in <c>QEMU_TEST_CACHE_DIR</c> is shared with it.
/// </summary>
public sealed class Asset
{
    private readonly AssetHash? _hash;

    /// <summary>Declares an asset in place. If the manifest has one of that hash, its name and its other sources count too.</summary>
    /// <param name="url">Where it is: https, http, file, apt, or a scheme added to <see cref="AssetSources"/>.</param>
    /// <param name="hash">SHA-256 (64 digits) or SHA-512 (128 digits) in lower-case hex.</param>
    /// <exception cref="ArgumentException">The address or the hash is malformed.</exception>
    [SuppressMessage("Design", "CA1054", Justification = "A declaration as upstream's, and apt addresses lose their form as a Uri.")]
    public Asset(string url, string hash)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address))
            throw new ArgumentException($"'{url}' is no absolute address.", nameof(url));
        AssetHash parsed = AssetHash.Parse(hash);
        AssetEntry? entry = AssetManifest.Embedded.ByHash(hash);
        _hash = parsed;
        Size = entry?.Size;
        Name = entry?.Name ?? NameOf(address);
        Sources = entry is null ? [url] : [url, .. entry.Sources.Where(source => source != url)];
    }

    private Asset(AssetEntry entry)
    {
        _hash = entry.Hash is null ? null : AssetHash.Parse(entry.Hash);
        Size = entry.Size;
        Name = entry.Name;
        Sources = entry.Sources;
    }

    /// <summary>The manifest's name, or the last part of the address.</summary>
    public string Name { get; }

    /// <summary>Where it may be had, in the order tried.</summary>
    public IReadOnlyList<string> Sources { get; }

    /// <summary>The declared hash; null for an asset that is trusted by its archive's signed index.</summary>
    public string? Hash => _hash?.Hex;

    /// <summary>Its size in bytes, if the manifest has it.</summary>
    public long? Size { get; }

    /// <summary>Whether downloads are allowed (<c>QEMU_TEST_NO_DOWNLOAD</c> is unset or empty). Upstream: <c>fetchable</c>.</summary>
    public static bool CanDownload => !AssetSettings.FromEnvironment().NoDownload;

    /// <summary>Where in the cache it is or will be, for an asset with a declared hash.</summary>
    public string CachePath => AssetCaches.Current.PathOf(_hash ?? throw new InvalidOperationException(
        $"Asset {Name} has no declared hash, so its place is known only after {nameof(FetchAsync)}."));

    /// <summary>Where the cached file came from: for a package its version and hash. Null if that is not known.</summary>
    public AssetProvenance? Provenance => _hash is { } hash ? AssetCaches.Current.ProvenanceOf(hash) : IndexedAssets.Recorded(AssetCaches.Current, Name);

    /// <summary>An asset of the manifest (<c>assets-manifest/</c>).</summary>
    /// <exception cref="ArgumentException">The manifest has none of that name; the message gives the nearest ones.</exception>
    public static Asset Named(string name) => new(AssetManifest.Embedded.ByName(name));

    /// <summary>The path of the verified file, brought if need be. It stays where it is at least until this process ends.</summary>
    /// <exception cref="AssetException">It can't be had; <see cref="AssetException.Failure"/> says why.</exception>
    public Task<string> FetchAsync(CancellationToken cancellationToken) => FetchAsync(null, cancellationToken);

    /// <summary>
    /// Whether the cached file has the declared hash. A file that looks as it did at its last check is not hashed again within a week.
    /// Upstream: <c>valid</c>; as there, false while <c>QEMU_TEST_REFRESH_CACHE</c> is set.
    /// </summary>
    public async Task<bool> IsValidAsync(CancellationToken cancellationToken)
    {
        AssetCache cache = AssetCaches.Current;
        return !cache.Settings.Refresh && await IsCachedAsync(fullCheck: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether it is valid in the cache, or may be downloaded (which is not tried). Upstream: <c>available</c>.</summary>
    public async Task<bool> IsAvailableAsync(CancellationToken cancellationToken) =>
        CanDownload || await IsValidAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>The name, which is what messages call it.</summary>
    public override string ToString() => Name;

    internal Task<string> FetchAsync(Action<long>? progress, CancellationToken cancellationToken)
    {
        AssetCache cache = AssetCaches.Current;
        return _hash is { } hash
            ? cache.FetchAsync(new AssetRequest(Name, hash, Sources, Size), progress, cancellationToken)
            : IndexedAssets.FetchAsync(cache, Name, Sources, cancellationToken);
    }

    internal async Task<bool> IsCachedAsync(bool fullCheck, CancellationToken cancellationToken)
    {
        AssetCache cache = AssetCaches.Current;
        AssetHash? hash = _hash ?? (IndexedAssets.Recorded(cache, Name)?.Sha256 is { } recorded ? AssetHash.Parse(recorded) : null);
        return hash is { } known && await cache.IsValidAsync(known, fullCheck, cancellationToken).ConfigureAwait(false);
    }

    private static string NameOf(Uri address)
    {
        string last = address.AbsolutePath.Split('/')[^1];
        return last.Length > 0 ? Uri.UnescapeDataString(last) : address.OriginalString;
    }
}
