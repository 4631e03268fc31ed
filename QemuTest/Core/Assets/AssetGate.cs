using System.Reflection;

namespace QemuTest.Assets;

/// <summary>Fetches the assets that a test class declares, before a test of the class runs.</summary>
/// <remarks>
/// The end of upstream's <c>QemuBaseTest.setUp</c>. Three things differ: the cache's notes replace a new hash for every method, inherited
/// members count, and the reason for a skip names the asset.
/// </remarks>
internal static class AssetGate
{
    /// <summary>The path of a stamp file. If set, the run only fetches assets. Also upstream's name.</summary>
    public const string PrecacheVariable = "QEMU_TEST_PRECACHE";

    /// <summary>Gets the static members of type <see cref="Asset"/> of a class and its bases.</summary>
    public static IReadOnlyList<Asset> DeclaredBy(Type fixture)
    {
        List<Asset> assets = [];
        const BindingFlags Statics = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        for (Type? type = fixture; type is not null; type = type.BaseType)
        {
            assets.AddRange(type.GetFields(Statics)
                .Where(field => field.FieldType == typeof(Asset) && !field.Name.StartsWith('<'))
                .Select(field => (Asset?)field.GetValue(null)).OfType<Asset>());
            assets.AddRange(type.GetProperties(Statics)
                .Where(property => property.PropertyType == typeof(Asset))
                .Select(property => (Asset?)property.GetValue(null)).OfType<Asset>());
        }

        return assets;
    }

    /// <summary>Fetches the declared assets. Returns the reason to skip the tests, or the facts for their record.</summary>
    /// <exception cref="AssetException">A failure that is not transient: not found, wrong content.</exception>
    public static async Task<GateVerdict> CheckAsync(Type fixture, CancellationToken cancellationToken = default)
    {
        string? precache = Environment.GetEnvironmentVariable(PrecacheVariable);
        if (!string.IsNullOrEmpty(precache))
            await File.WriteAllTextAsync(precache, "", cancellationToken).ConfigureAwait(false);

        List<string> missing = [];
        List<KeyValuePair<string, string>> facts = [];
        foreach (Asset asset in DeclaredBy(fixture))
        {
            try
            {
                await asset.FetchAsync(cancellationToken).ConfigureAwait(false);
                AssetProvenance? origin = asset.Provenance;
                facts.Add(new($"asset {asset.Name}", origin?.Version is { } version
                    ? $"{asset.Hash} ({origin.Package} {version}, package {origin.PackageSha256})"
                    : asset.Hash));
            }
            catch (AssetException error) when (error.IsTransient)
            {
                missing.Add(error.Message);
            }
        }

        if (!string.IsNullOrEmpty(precache))
            missing.Insert(0, $"{PrecacheVariable} is set: the run fetches assets and skips the tests");
        return new GateVerdict(missing.Count == 0 ? null : string.Join("\n", missing), facts);
    }
}

/// <summary>The reason to skip the tests of a class, or null; and the assets that they run with, for the record.</summary>
internal sealed record GateVerdict(string? SkipReason, IReadOnlyList<KeyValuePair<string, string>> Facts);
