using System.Collections.Concurrent;

namespace QemuTest.Assets;

/// <summary>The cache that the environment names now: one per folder and set of switches, for the life of the process.</summary>
internal static class AssetCaches
{
    private static readonly ConcurrentDictionary<(string Root, bool NoDownload, bool Refresh, string? Mirrors), Lazy<AssetCache>> All = [];

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
