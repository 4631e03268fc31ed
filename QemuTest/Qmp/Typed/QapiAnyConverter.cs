using System.Text.Json;
using System.Text.Json.Serialization;

namespace QemuTest.Qmp;

/// <summary>Distinguishes null from an absent value for an optional member of any type.</summary>
public sealed class QapiAnyConverter : JsonConverter<JsonElement?>
{
    /// <summary>Gets true: null is a value.</summary>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override JsonElement? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonElement.ParseValue(ref reader);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, JsonElement? value, JsonSerializerOptions options)
    {
        if (value is JsonElement element)
            element.WriteTo(writer);
        else
            writer.WriteNullValue();
    }
}
