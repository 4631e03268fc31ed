using System.Text.Json;
using System.Text.Json.Serialization;

namespace QemuTest.Qmp;

/// <summary>Reads a QAPI union as the branch that its tag names, wherever the tag stands in the object.</summary>
/// <typeparam name="T">The union.</typeparam>
/// <param name="tagMember">The member that selects the branch.</param>
public abstract class QapiUnionConverter<T>(string tagMember) : JsonConverter<T>
    where T : class
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        JsonElement value = JsonElement.ParseValue(ref reader);
        if (value.ValueKind != JsonValueKind.Object
            || !value.TryGetProperty(tagMember, out JsonElement tag)
            || tag.ValueKind != JsonValueKind.String)
            throw new JsonException($"{typeof(T).Name} is an object whose '{tagMember}' names the branch; this one names none");
        return (T)value.Deserialize(options.GetTypeInfo(BranchFor(tag.GetString()!)))!;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, options.GetTypeInfo(value.GetType()));

    /// <summary>The record of a branch; for a tag that the schema did not have, the one that keeps everything.</summary>
    /// <param name="tag">The tag's value.</param>
    protected abstract Type BranchFor(string tag);
}
