using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace QemuTest.Qmp;

/// <summary>Reads a QAPI alternate by the kind of JSON value that is there.</summary>
/// <typeparam name="T">The alternate.</typeparam>
public abstract class QapiAlternateConverter<T> : JsonConverter<T>
    where T : class
{
    /// <summary>True: null is a value like others, and may be the one that an alternate stands for.</summary>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Decode(JsonElement.ParseValue(ref reader), options);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        Encode(writer, value, options);

    /// <summary>The record for a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="options">Where its type's metadata is found.</param>
    protected abstract T Decode(JsonElement value, JsonSerializerOptions options);

    /// <summary>Writes what a record stands for.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="value">The record.</param>
    /// <param name="options">Where its type's metadata is found.</param>
    protected abstract void Encode(Utf8JsonWriter writer, T value, JsonSerializerOptions options);

    /// <summary>Decodes what a branch holds.</summary>
    /// <typeparam name="TValue">The branch's type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="options">Where the type's metadata is found.</param>
    protected static TValue DecodeAs<TValue>(JsonElement value, JsonSerializerOptions options) =>
        value.Deserialize((JsonTypeInfo<TValue>)options.GetTypeInfo(typeof(TValue)))!;

    /// <summary>Writes what a branch holds.</summary>
    /// <typeparam name="TValue">The branch's type.</typeparam>
    /// <param name="writer">The writer.</param>
    /// <param name="value">The value.</param>
    /// <param name="options">Where the type's metadata is found.</param>
    protected static void EncodeAs<TValue>(Utf8JsonWriter writer, TValue value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, (JsonTypeInfo<TValue>)options.GetTypeInfo(typeof(TValue)));
}
