using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace QemuTest.Qmp;

/// <summary>Reads and writes a QAPI alternate. The kind of the JSON value selects the branch.</summary>
/// <typeparam name="T">The alternate.</typeparam>
public abstract class QapiAlternateConverter<T> : JsonConverter<T>
    where T : class
{
    /// <summary>Gets true: null is a possible value of an alternate.</summary>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Decode(JsonElement.ParseValue(ref reader), options);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        Encode(writer, value, options);

    /// <summary>Converts a JSON value to the record of its branch.</summary>
    /// <param name="value">The value.</param>
    /// <param name="options">The options with the metadata of the type.</param>
    protected abstract T Decode(JsonElement value, JsonSerializerOptions options);

    /// <summary>Writes the value of a record.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="value">The record.</param>
    /// <param name="options">The options with the metadata of the type.</param>
    protected abstract void Encode(Utf8JsonWriter writer, T value, JsonSerializerOptions options);

    /// <summary>Reads the value of a branch.</summary>
    /// <typeparam name="TValue">The branch's type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="options">The options with the metadata of the type.</param>
    protected static TValue DecodeAs<TValue>(JsonElement value, JsonSerializerOptions options) =>
        value.Deserialize((JsonTypeInfo<TValue>)options.GetTypeInfo(typeof(TValue)))!;

    /// <summary>Writes the value of a branch.</summary>
    /// <typeparam name="TValue">The branch's type.</typeparam>
    /// <param name="writer">The writer.</param>
    /// <param name="value">The value.</param>
    /// <param name="options">The options with the metadata of the type.</param>
    protected static void EncodeAs<TValue>(Utf8JsonWriter writer, TValue value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, (JsonTypeInfo<TValue>)options.GetTypeInfo(typeof(TValue)));
}
