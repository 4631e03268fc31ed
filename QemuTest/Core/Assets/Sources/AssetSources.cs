using System.Collections.Immutable;

namespace QemuTest.Assets;

/// <summary>The sources known, by scheme: <c>https</c>, <c>http</c>, <c>file</c>, <c>apt</c>, and what is added.</summary>
public static class AssetSources
{
    private static ImmutableDictionary<string, IAssetSource> _added = ImmutableDictionary<string, IAssetSource>.Empty;

    /// <summary>Adds a source for its schemes, before the built-in ones. Thread-safe; for the life of the process.</summary>
    public static void Add(IAssetSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        foreach (string scheme in source.Schemes)
            ImmutableInterlocked.AddOrUpdate(ref _added, scheme, source, (_, _) => source);
    }

    internal static IAssetSource For(Uri address, AssetSettings settings) =>
        _added.TryGetValue(address.Scheme, out IAssetSource? added) ? added : address.Scheme switch
        {
            "https" or "http" => new HttpSource(settings.Http, settings.Mirrors),
            "file" => new FileSource(),
            "apt" => new AptSource(settings.CacheRoot),
            _ => throw new SourceException(AssetFailure.Refused,
                $"no source for '{address.Scheme}:'; known are https, http, file, apt{string.Concat(_added.Keys.Select(scheme => ", " + scheme))}"),
        };
}
