using System.Text.Json;
using System.Text.Json.Serialization;

namespace QemuTest.Qmp;

/// <summary>Reads and writes a QAPI enum as a string. It accepts unknown values.</summary>
/// <typeparam name="T">The enum.</typeparam>
public sealed class QapiEnumConverter<T> : JsonConverter<T>
    where T : struct, IQapiEnumeration<T>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? T.Named(reader.GetString()!)
            : throw new JsonException($"{typeof(T).Name} is a string, not {reader.TokenType}");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value
            ?? throw new JsonException($"a {typeof(T).Name} was never set: default({typeof(T).Name}) has no value"));
}
