namespace QemuTest.Assets;

/// <summary>What the cache is asked for.</summary>
internal sealed record AssetRequest(string Name, AssetHash Hash, IReadOnlyList<string> Sources, long? Size)
{
    /// <summary>What a user types to have it in the cache.</summary>
    public string FetchCommand => $"eng/precache.sh {Name}";
}
