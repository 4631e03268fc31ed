using System.Text.Json;
using System.Text.Json.Serialization;

namespace QemuTest.Qmp;

/// <summary>Reads and writes a QAPI union. The tag can be anywhere in the object.</summary>
/// <typeparam name="T">The union.</typeparam>
/// <param name="tagMember">The name of the member that selects the branch.</param>
public abstract class QapiUnionConverter<T>(string tagMember) : JsonConverter<T>
    where T : class
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        JsonElement value = JsonElement.ParseValue(ref reader);
        if (value.ValueKind != JsonValueKind.Object)
            throw new JsonException($"{typeof(T).Name} is an object, not {QmpText.Excerpt(value)}");
        // Without a tag the branch is unknown, and a read of the tag fails.
        string tag = "";
        if (value.TryGetProperty(tagMember, out JsonElement found))
        {
            tag = found.ValueKind == JsonValueKind.String
                ? found.GetString()!
                : throw new JsonException($"'{tagMember}' of {typeof(T).Name} is a string, not {QmpText.Excerpt(found)}");
        }

        return (T)value.Deserialize(options.GetTypeInfo(BranchFor(tag)))!;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, options.GetTypeInfo(value.GetType()));

    /// <summary>Gets the record type of a branch. For an unknown or missing tag it is the type that keeps all members.</summary>
    /// <param name="tag">The value of the tag, or an empty string if it is missing.</param>
    protected abstract Type BranchFor(string tag);
}
