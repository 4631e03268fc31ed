namespace QemuTest.Assets;

/// <summary>The sources by scheme: <c>https</c>, <c>http</c>, <c>file</c>, <c>apt</c>.</summary>
internal static class AssetSources
{
    /// <exception cref="SourceException">No source has the scheme of the address.</exception>
    public static IAssetSource For(Uri address, AssetSettings settings) => address.Scheme switch
    {
        "https" or "http" => new HttpSource(settings.Http, settings.Mirrors),
        "file" => new FileSource(),
        "apt" => new AptSource(settings.CacheRoot),
        _ => throw new SourceException(AssetFailure.Refused, $"no source for '{address.Scheme}:'; use https, http, file or apt"),
    };
}
