using System.Text.Json;
using System.Text.Json.Serialization;

namespace QemuTest.Qmp;

/// <summary>Reads and writes a generated record. It keeps unknown members, and accepts missing ones unless the API is strict.</summary>
/// <typeparam name="T">The record.</typeparam>
public sealed class QapiObjectConverter<T> : JsonConverter<T>
    where T : QapiObject, IQapiObject<T>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        JsonElement value = JsonElement.ParseValue(ref reader);
        if (value.ValueKind != JsonValueKind.Object)
            throw new JsonException($"{typeof(T).Name} is an object, not {QmpText.Excerpt(value)}");
        QapiReader members = new(value, options);
        T result = T.Read(members);
        result.UnknownMembers = members.Complete(typeof(T));
        return result;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStartObject();
        value.WriteTo(new QapiJsonWriter(writer, options));
        foreach ((string name, JsonElement member) in value.UnknownMembers ?? new Dictionary<string, JsonElement>())
        {
            writer.WritePropertyName(name);
            member.WriteTo(writer);
        }

        writer.WriteEndObject();
    }
}
