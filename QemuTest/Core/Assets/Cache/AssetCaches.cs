using System.Collections.Concurrent;

namespace QemuTest.Assets;

/// <summary>The caches of this process: one for each folder and set of switches in the environment.</summary>
internal static class AssetCaches
{
    private static readonly ConcurrentDictionary<(string Root, bool NoDownload, bool Refresh, string? Mirrors), Lazy<AssetCache>> All = [];

    /// <summary>The cache for the current environment.</summary>
    public static AssetCache Current
    {
        get
        {
            AssetSettings settings = AssetSettings.FromEnvironment();
            var key = (settings.CacheRoot, settings.NoDownload, settings.Refresh, Environment.GetEnvironmentVariable(MirrorRules.Variable));
            return All.GetOrAdd(key, _ => new Lazy<AssetCache>(() => new AssetCache(settings))).Value;
        }
    }
}
