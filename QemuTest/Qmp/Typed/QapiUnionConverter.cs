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
        if (value.ValueKind != JsonValueKind.Object
            || !value.TryGetProperty(tagMember, out JsonElement tag)
            || tag.ValueKind != JsonValueKind.String)
            throw new JsonException($"{typeof(T).Name} is an object whose '{tagMember}' names the branch; this one names none");
        return (T)value.Deserialize(options.GetTypeInfo(BranchFor(tag.GetString()!)))!;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, options.GetTypeInfo(value.GetType()));

    /// <summary>Gets the record type of a branch. For an unknown tag it is the type that keeps all members.</summary>
    /// <param name="tag">The value of the tag.</param>
    protected abstract Type BranchFor(string tag);
}
