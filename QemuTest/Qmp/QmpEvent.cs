using System.Globalization;
using System.Text.Json;

namespace QemuTest.Qmp;

/// <summary>One asynchronous event, for example <c>STOP</c> or <c>MIGRATION</c>.</summary>
public sealed record QmpEvent
{
    /// <summary>The event's name as QEMU spells it.</summary>
    public required string Name { get; init; }

    /// <summary>QEMU's own time stamp, to the microsecond; <see cref="DateTimeOffset.MinValue"/> where its clock failed.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>The event's data; an undefined element where it has none.</summary>
    public JsonElement Data { get; init; }

    /// <summary>A member of the data as text, or null where it is not there.</summary>
    public string? Text(string member) =>
        Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty(member, out JsonElement value) ? value.ToString() : null;

    /// <summary>The name, and the data as JSON where there is any.</summary>
    public override string ToString() => Data.ValueKind == JsonValueKind.Undefined
        ? Name
        : string.Create(CultureInfo.InvariantCulture, $"{Name} {QmpText.Excerpt(Data)}");

    internal static QmpEvent Parse(JsonElement message)
    {
        if (message.GetProperty("event") is not { ValueKind: JsonValueKind.String } name
            || !message.TryGetProperty("timestamp", out JsonElement timestamp)
            || !timestamp.TryGetProperty("seconds", out JsonElement seconds)
            || !timestamp.TryGetProperty("microseconds", out JsonElement microseconds))
            throw new QmpProtocolException($"An event without name or timestamp: {QmpText.Excerpt(message)}");

        // QEMU sends -1 for both numbers when reading its clock fails.
        DateTimeOffset when = seconds.GetInt64() < 0
            ? DateTimeOffset.MinValue
            : DateTimeOffset.FromUnixTimeSeconds(seconds.GetInt64()).AddMicroseconds(microseconds.GetInt64());
        return new QmpEvent
        {
            Name = name.GetString()!,
            Timestamp = when,
            Data = message.TryGetProperty("data", out JsonElement data) ? data : default,
        };
    }
}
