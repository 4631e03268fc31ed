using System.Reflection;
using NJsonSchema;
using QemuTest.Assets;
using QemuTest.NUnit;

namespace QemuTest.Tests.Assets;

/// <summary>The manifest and the tests that use it agree in both directions.</summary>
[Quick]
public sealed class ManifestTests
{
    private static string Folder => Path.Combine(Checkout.Root, "assets-manifest");

    private static IEnumerable<string> Files => Directory.GetFiles(Folder, "*.json").Select(Path.GetFileName).Where(name => name != "schema.json")!;

    /// <summary>The classes of the functional tests, each with the assets that it declares.</summary>
    private static IEnumerable<(Type Fixture, Asset Asset)> Uses =>
        Assembly.Load("QemuTest.Functional").GetTypes()
            .Where(type => !type.IsAbstract && typeof(QemuBaseTest).IsAssignableFrom(type))
            .SelectMany(type => AssetGate.DeclaredBy(type).Select(asset => (type, asset)));

    [TestCaseSource(nameof(Files))]
    public async Task Every_file_follows_the_schema(string name)
    {
        JsonSchema schema = await JsonSchema.FromFileAsync(Path.Combine(Folder, "schema.json"));

        Assert.That(schema.Validate(await File.ReadAllTextAsync(Path.Combine(Folder, name))), Is.Empty);
    }

    [Test]
    public async Task The_schema_refuses_an_entry_without_hash_or_with_unknown_members()
    {
        JsonSchema schema = await JsonSchema.FromFileAsync(Path.Combine(Folder, "schema.json"));
        const string Entry = """{"assets":[{"name":"a","sources":["https://x/a"],"size":1,"suite":"thorough","targets":["arm"],"license":"MIT","usedBy":[],"waitsFor":"x"@}]}""";

        Assert.That(schema.Validate(Entry.Replace("@", "", StringComparison.Ordinal)), Is.Not.Empty, "no hash");
        Assert.That(schema.Validate(Entry.Replace("@", $",\"sha256\":\"{new string('0', 64)}\"", StringComparison.Ordinal)), Is.Empty, "the entry itself");
        Assert.That(schema.Validate(Entry.Replace("@", $",\"sha256\":\"{new string('0', 64)}\",\"md5\":\"x\"", StringComparison.Ordinal)), Is.Not.Empty, "unknown member");
    }

    [Test]
    public void The_library_has_the_entries_of_the_folder()
    {
        Assert.That(AssetManifest.Embedded.Entries.Select(entry => entry.Name), Is.EqualTo(AssetManifest.Load(Folder).Entries.Select(entry => entry.Name)));
    }

    [Test]
    public void Every_address_is_valid()
    {
        foreach (AssetEntry entry in AssetManifest.Embedded.Entries)
        {
            foreach (string source in entry.Sources)
            {
                Assert.That(Uri.TryCreate(source, UriKind.Absolute, out _), source);
                if (!source.StartsWith("apt:", StringComparison.Ordinal))
                    continue;
                AptReference reference = AptReference.Parse(source);
                Assert.That(reference.ToString(), Is.EqualTo(source));
                Assert.That(reference.Suite, Is.Not.Null, $"{entry.Name}: a pin needs its suite");
                Assert.That(reference.Version, Is.Not.Null, $"{entry.Name}: a pin needs its version");
            }
        }
    }

    [Test]
    public void Every_asset_a_test_uses_is_listed_with_its_user()
    {
        foreach ((Type fixture, Asset asset) in Uses)
        {
            AssetEntry? entry = AssetManifest.Embedded.ByHash(asset.Hash);
            Assert.That(entry, Is.Not.Null, $"{fixture.FullName} uses {asset.Name} ({asset.Hash}), which assets-manifest/ does not list");
            Assert.That(entry!.UsedBy, Does.Contain(fixture.FullName), $"{asset.Name}: usedBy");
        }
    }

    [Test]
    public void Every_listed_asset_has_a_user_or_a_reason_to_wait()
    {
        ILookup<string, string?> users = Uses.ToLookup(use => use.Asset.Name, use => use.Fixture.FullName);
        foreach (AssetEntry entry in AssetManifest.Embedded.Entries)
        {
            Assert.That(entry.UsedBy, Is.EquivalentTo(users[entry.Name].Distinct()), $"{entry.Name}: usedBy differs from the classes that declare it");
            Assert.That(entry.UsedBy.Count > 0, Is.Not.EqualTo(entry.WaitsFor is not null), $"{entry.Name}: used, or waiting for something");
        }
    }

    [Test]
    public void No_quick_test_needs_a_download()
    {
        foreach ((Type fixture, Asset asset) in Uses)
        {
            bool quick = fixture.GetCustomAttributes<QuickAttribute>(inherit: true).Any()
                || fixture.GetMethods().Any(method => method.GetCustomAttributes<QuickAttribute>(inherit: true).Any());
            Assert.That(quick, Is.False, $"{fixture.FullName} is quick and declares {asset.Name}");
        }
    }

    [Test]
    public void The_error_for_an_unknown_name_has_similar_names() =>
        Assert.That(() => Asset.Named("upstream/uno/rom"), Throws.ArgumentException.With.Message.Contains("upstream/uno/uno"));

    [Test]
    public void An_asset_declared_in_place_takes_the_name_and_the_other_sources_of_the_manifest()
    {
        AssetEntry entry = AssetManifest.Embedded.Entries.First(entry => entry.Sources[0].StartsWith("apt:", StringComparison.Ordinal));
        Asset asset = new("https://mirror.invalid/x", entry.Hash);

        Assert.That(asset.Name, Is.EqualTo(entry.Name));
        Assert.That(asset.Sources, Is.EqualTo(new[] { "https://mirror.invalid/x", entry.Sources[0] }));
    }
}
