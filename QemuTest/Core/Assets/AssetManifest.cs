using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace QemuTest.Assets;

/// <summary>
/// The list of all assets. The folder <c>assets-manifest/</c> is part of the library, so that the tests and the tool use the same list.
/// </summary>
internal sealed class AssetManifest
{
    private const string ResourcePrefix = "assets-manifest/";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private static readonly Lazy<AssetManifest> Own = new(LoadEmbedded);

    private readonly FrozenDictionary<string, AssetEntry> _byName;
    private readonly FrozenDictionary<string, AssetEntry> _byHash;

    private AssetManifest(IEnumerable<AssetEntry> entries)
    {
        Entries = [.. entries.OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        _byName = ByUnique(Entries, entry => entry.Name);
        _byHash = ByUnique(Entries, entry => entry.Hash);
    }

    /// <summary>The manifest in the library.</summary>
    public static AssetManifest Embedded => Own.Value;

    public IReadOnlyList<AssetEntry> Entries { get; }

    /// <summary>Reads the files of a manifest folder.</summary>
    /// <exception cref="InvalidDataException">A file is malformed; the message names it.</exception>
    public static AssetManifest Load(string directory) => new(
        Directory.GetFiles(directory, "*.json").Where(file => Path.GetFileName(file) != "schema.json").Order(StringComparer.Ordinal)
            .SelectMany(file => Read(Path.GetFileName(file), File.ReadAllText(file))));

    public AssetEntry? ByHash(string hash) => _byHash.GetValueOrDefault(hash);

    /// <exception cref="ArgumentException">The manifest has no asset of that name.</exception>
    public AssetEntry ByName(string name)
    {
        if (_byName.TryGetValue(name, out AssetEntry? entry))
            return entry;
        string[] near = [.. Entries.Select(e => e.Name).OrderByDescending(n => n.Split('/', '-').Intersect(name.Split('/', '-')).Count()).Take(3)];
        throw new ArgumentException(
            $"The manifest has no asset '{name}'. Similar names are {string.Join(", ", near)}. A new asset needs an entry in assets-manifest/.", nameof(name));
    }

    private static AssetManifest LoadEmbedded()
    {
        Assembly assembly = typeof(AssetManifest).Assembly;
        return new AssetManifest(assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .SelectMany(name =>
            {
                using StreamReader reader = new(assembly.GetManifestResourceStream(name)!);
                return Read(name, reader.ReadToEnd());
            }));
    }

    private static IReadOnlyList<AssetEntry> Read(string name, string text)
    {
        try
        {
            return JsonSerializer.Deserialize<AssetFile>(text, Options)?.Assets ?? throw new InvalidDataException($"{name}: empty");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{name}: {error.Message}", error);
        }
    }

    private static FrozenDictionary<string, AssetEntry> ByUnique(IEnumerable<AssetEntry> entries, Func<AssetEntry, string> key)
    {
        var all = new Dictionary<string, AssetEntry>();
        foreach (AssetEntry entry in entries)
        {
            if (!all.TryAdd(key(entry), entry))
                throw new InvalidDataException($"The manifest has '{key(entry)}' twice: {all[key(entry)].Name} and {entry.Name}.");
        }

        return all.ToFrozenDictionary();
    }

    private sealed record AssetFile
    {
        [JsonPropertyName("$schema")]
        public string? Schema { get; init; }

        public required IReadOnlyList<AssetEntry> Assets { get; init; }
    }
}
