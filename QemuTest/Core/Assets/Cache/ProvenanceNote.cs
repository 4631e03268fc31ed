using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace QemuTest.Assets;

/// <summary><c>HASH.provenance</c>: the origin of a cached file, as JSON.</summary>
internal static class ProvenanceNote
{
    public const string Extension = ".provenance";

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static AssetProvenance? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<AssetProvenance>(File.ReadAllText(path + Extension), Indented);
        }
        catch (Exception error) when (error is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static void Write(string path, AssetProvenance provenance)
    {
        string temporary = $"{path}{Extension}.{Guid.NewGuid():N}";
        File.WriteAllText(temporary, JsonSerializer.Serialize(provenance, Indented));
        File.Move(temporary, path + Extension, overwrite: true);
    }
}
