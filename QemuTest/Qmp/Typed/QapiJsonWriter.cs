using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace QemuTest.Qmp;

/// <summary>Writes members as JSON.</summary>
internal sealed class QapiJsonWriter(Utf8JsonWriter writer, JsonSerializerOptions options) : QapiWriter
{
    public override void Write<T>(string name, T? value)
        where T : class
    {
        if (value is not null)
            Encode(name, value);
    }

    public override void WriteValue<T>(string name, T? value)
    {
        if (value is { } present)
            Encode(name, present);
    }

    private void Encode<T>(string name, T value)
    {
        writer.WritePropertyName(name);
        JsonSerializer.Serialize(writer, value, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));
    }
}
