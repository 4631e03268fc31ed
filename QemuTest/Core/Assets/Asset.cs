using System.Diagnostics.CodeAnalysis;

namespace QemuTest.Assets;

/// <summary>
/// A file that a test needs. It is fetched into the cache and verified before a test sees it. A test class declares its assets as static
/// members: they are fetched before the test runs, and the test is skipped if one is not available. Immutable and thread-safe.
/// </summary>
/// <remarks>Equals upstream's <c>qemu_test.Asset</c>. Both harnesses share the cache in <c>QEMU_TEST_CACHE_DIR</c>.</remarks>
public sealed class Asset
{
    private readonly AssetRequest _request;

    /// <summary>Declares an asset in place. If the manifest has an asset with the same hash, its name and its other sources are added.</summary>
    /// <param name="url">The address: <c>https</c>, <c>http</c>, <c>file</c>, or <c>apt:NAME[:ARCH][=VERSION]/MEMBER[?suite=SUITE]</c>.</param>
    /// <param name="hash">The SHA-256 (64 digits) or SHA-512 (128 digits) in lower-case hex.</param>
    /// <exception cref="ArgumentException">The address or the hash is malformed.</exception>
    [SuppressMessage("Design", "CA1054", Justification = "The same form as upstream's, and a Uri changes the text of an apt address.")]
    public Asset(string url, string hash)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address))
            throw new ArgumentException($"'{url}' is not an absolute address.", nameof(url));
        var parsed = AssetHash.Parse(hash);
        _request = AssetManifest.Embedded.ByHash(hash) is { } entry
            ? entry.ToRequest() with { Sources = [url, .. entry.Sources.Where(source => source != url)] }
            : new AssetRequest(NameOf(address), parsed, [url]);
    }

    internal Asset(AssetEntry entry) => _request = entry.ToRequest();

    /// <summary>The name in the manifest, or the last part of the address.</summary>
    public string Name => _request.Name;

    /// <summary>The addresses of the file, in the order to try.</summary>
    public IReadOnlyList<string> Sources => _request.Sources;

    /// <summary>The declared hash.</summary>
    public string Hash => _request.Hash.Hex;

    /// <summary>The size in bytes, or null if the manifest does not have it.</summary>
    public long? Size => _request.Size;

    /// <summary>The origin of the cached file: for a package, its version and hash. Null if it is not known.</summary>
    public AssetProvenance? Provenance => AssetCaches.Current.ProvenanceOf(_request.Hash);

    /// <summary>Gets an asset of the manifest (<c>assets-manifest/</c>).</summary>
    /// <exception cref="ArgumentException">The manifest has no asset of that name. The message lists similar names.</exception>
    public static Asset Named(string name) => new(AssetManifest.Embedded.ByName(name));

    /// <summary>
    /// Fetches the file if the cache does not have it, and returns its path. The file stays there at least until this process ends.
    /// </summary>
    /// <param name="cancellationToken">Cancels the operation. The bytes received so far are kept.</param>
    /// <exception cref="AssetException">The asset is not available. <see cref="AssetException.Failure"/> gives the reason.</exception>
    public Task<string> FetchAsync(CancellationToken cancellationToken = default) => FetchAsync(null, cancellationToken);

    /// <summary>
    /// Checks whether the cached file has the declared hash. A file that is unchanged since its last check is not hashed again within
    /// seven days.
    /// </summary>
    /// <remarks>Equals upstream's <c>valid</c>. As there, the result is false while <c>QEMU_TEST_REFRESH_CACHE</c> is set.</remarks>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<bool> IsValidAsync(CancellationToken cancellationToken = default) =>
        !AssetCaches.Current.Settings.Refresh && await IsCachedAsync(fullCheck: false, cancellationToken).ConfigureAwait(false);

    /// <summary>Returns <see cref="Name"/>.</summary>
    public override string ToString() => Name;

    internal Task<string> FetchAsync(Action<long>? progress, CancellationToken cancellationToken = default) =>
        AssetCaches.Current.FetchAsync(_request, progress, cancellationToken);

    internal Task<bool> IsCachedAsync(bool fullCheck, CancellationToken cancellationToken = default) =>
        AssetCaches.Current.IsValidAsync(_request.Hash, fullCheck, cancellationToken);

    private static string NameOf(Uri address)
    {
        string last = address.AbsolutePath.Split('/')[^1];
        return last.Length > 0 ? Uri.UnescapeDataString(last) : address.OriginalString;
    }
}
