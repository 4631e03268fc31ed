using System.Buffers;
using System.Text.Json;

namespace QemuTest.Qmp;

/// <summary>The messages of a command: the request and its reply.</summary>
internal static class QmpMessage
{
    public static ReadOnlyMemory<byte> Compose(string command, JsonElement? arguments, bool outOfBand, string id)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString(outOfBand ? "exec-oob" : "execute", command);
        if (arguments is { ValueKind: not JsonValueKind.Undefined } given)
        {
            writer.WritePropertyName("arguments");
            given.WriteTo(writer);
        }

        writer.WriteString("id", id);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Gets the <c>return</c> member of a reply.</summary>
    /// <exception cref="QmpCommandException">The reply is an error.</exception>
    /// <exception cref="QmpProtocolException">The reply is neither a result nor an error.</exception>
    public static JsonElement Result(string monitor, string command, JsonElement reply)
    {
        if (reply.TryGetProperty("return", out JsonElement result))
            return result;
        if (reply.TryGetProperty("error", out JsonElement error)
            && error.ValueKind == JsonValueKind.Object
            && error.TryGetProperty("class", out JsonElement errorClass)
            && error.TryGetProperty("desc", out JsonElement description))
            throw new QmpCommandException(command, errorClass.ToString(), description.ToString()) { Monitor = monitor };
        throw new QmpProtocolException($"A reply to '{command}' with neither 'return' nor a proper 'error': {QmpText.Excerpt(reply)}")
        {
            Monitor = monitor,
            Command = command,
        };
    }
}
