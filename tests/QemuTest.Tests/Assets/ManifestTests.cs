using System.Reflection;
using NJsonSchema;
using QemuTest.Assets;
using QemuTest.NUnit;

namespace QemuTest.Tests.Assets;

/// <summary>The manifest and the tests that use it, held together in both directions.</summary>
[Quick]
public sealed class ManifestTests
{
    private static string Folder => Path.Combine(Root(), "assets-manifest");

    private static IEnumerable<string> Files => Directory.GetFiles(Folder, "*.json").Select(Path.GetFileName).Where(name => name != "schema.json")!;

    /// <summary>Every test class of the functional tests with the assets it declares.</summary>
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
        const string Entry = """{"assets":[{"name":"a","sources":["https://x/a"],"size":1,"suite":"thorough","targets":["arm"],"licence":"MIT","usedBy":[],"waitsFor":"x"@}]}""";

        Assert.That(schema.Validate(Entry.Replace("@", "", StringComparison.Ordinal)), Is.Not.Empty, "no hash");
        Assert.That(schema.Validate(Entry.Replace("@", $",\"sha256\":\"{new string('0', 64)}\"", StringComparison.Ordinal)), Is.Empty, "the entry itself");
        Assert.That(schema.Validate(Entry.Replace("@", $",\"sha256\":\"{new string('0', 64)}\",\"md5\":\"x\"", StringComparison.Ordinal)), Is.Not.Empty, "unknown member");
    }

    [Test]
    public void What_is_built_in_is_what_the_folder_has()
    {
        Assert.That(AssetManifest.Embedded.Entries.Select(entry => entry.Name), Is.EqualTo(AssetManifest.Load(Folder).Entries.Select(entry => entry.Name)));
    }

    [Test]
    public void Every_address_can_be_understood()
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
                Assert.That(reference.Version, entry.Hash is null ? Is.Null : Is.Not.Null, $"{entry.Name}: a hash and a version belong together");
            }
        }
    }

    [Test]
    public void Every_asset_a_test_uses_is_listed_with_its_user()
    {
        foreach ((Type fixture, Asset asset) in Uses)
        {
            AssetEntry? entry = asset.Hash is { } hash ? AssetManifest.Embedded.ByHash(hash) : AssetManifest.Embedded.ByName(asset.Name);
            Assert.That(entry, Is.Not.Null, $"{fixture.FullName} uses {asset.Name} ({asset.Hash}), which assets-manifest/ does not list");
            Assert.That(entry!.UsedBy, Does.Contain(fixture.FullName), $"{asset.Name}: usedBy");
        }
    }

    [Test]
    public void Every_listed_asset_is_used_or_says_what_it_waits_for()
    {
        ILookup<string, string?> users = Uses.ToLookup(use => use.Asset.Name, use => use.Fixture.FullName);
        foreach (AssetEntry entry in AssetManifest.Embedded.Entries)
        {
            Assert.That(entry.UsedBy, Is.EquivalentTo(users[entry.Name].Distinct()), $"{entry.Name}: usedBy is not what declares it");
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
    public void An_unknown_name_is_refused_with_similar_ones() =>
        Assert.That(() => Asset.Named("upstream/uno/rom"), Throws.ArgumentException.With.Message.Contains("upstream/uno/uno"));

    [Test]
    public void An_asset_declared_in_place_takes_the_name_and_the_other_sources_of_the_manifest()
    {
        AssetEntry entry = AssetManifest.Embedded.Entries.First(entry => entry.Sources[0].StartsWith("apt:", StringComparison.Ordinal));
        Asset asset = new("https://mirror.invalid/x", entry.Hash!);

        Assert.That(asset.Name, Is.EqualTo(entry.Name));
        Assert.That(asset.Sources, Is.EqualTo(new[] { "https://mirror.invalid/x", entry.Sources[0] }));
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "QemuTest.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests run from a checkout.");
    }
}
