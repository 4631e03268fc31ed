using System.Reflection;

namespace QemuTest.Assets;

/// <summary>
/// Asked before a test runs: are the assets there that its class declares? Upstream: the end of <c>QemuBaseTest.setUp</c>, but each is
/// checked by what the cache remembers instead of hashing it for every method, inherited members count, and the skip names the asset.
/// </summary>
internal static class AssetGate
{
    /// <summary>Set to a stamp file's path: the run only brings assets. Upstream: <c>QEMU_TEST_PRECACHE</c>.</summary>
    public const string PrecacheVariable = "QEMU_TEST_PRECACHE";

    /// <summary>The static members of type <see cref="Asset"/> of a class and its bases.</summary>
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

    /// <summary>Brings what a class declares, and tells why its tests are to be skipped, or what there is.</summary>
    /// <exception cref="AssetException">One can't be had for a reason that speaks against its declaration: not found, wrong content.</exception>
    public static async Task<GateVerdict> CheckAsync(Type fixture, CancellationToken cancellationToken)
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
                AssetProvenance? from = asset.Provenance;
                facts.Add(new($"asset {asset.Name}", from?.Version is { } version
                    ? $"{asset.Hash ?? from.Sha256} ({from.Package} {version}, package {from.PackageSha256})"
                    : asset.Hash ?? from?.Sha256 ?? ""));
            }
            catch (AssetException e) when (e.IsTransient)
            {
                missing.Add(e.Message);
            }
        }

        if (!string.IsNullOrEmpty(precache))
            missing.Insert(0, $"{PrecacheVariable} is set: its assets were fetched, the test was not run");
        return new GateVerdict(missing.Count == 0 ? null : string.Join("\n", missing), facts);
    }
}

/// <summary>Why the tests of a class are to be skipped, or null; and which assets they run with, for the record.</summary>
internal sealed record GateVerdict(string? WhyNot, IReadOnlyList<KeyValuePair<string, string>> Facts);
