using System.Globalization;
using System.Text.Json;

namespace QemuTest.Qmp;

/// <summary>One asynchronous event, for example <c>STOP</c> or <c>MIGRATION</c>.</summary>
public sealed record QmpEvent
{
    // The end of the year 9998, so that the microseconds cannot exceed the range of DateTimeOffset.
    private const long LastSecond = 253_370_764_800;

    /// <summary>Gets the event's name as QEMU spells it.</summary>
    public required string Name { get; init; }

    /// <summary>Gets QEMU's time stamp in microseconds; <see cref="DateTimeOffset.MinValue"/> if QEMU could not read its clock.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>Gets the event's data, or an undefined element if there is none.</summary>
    public JsonElement Data { get; init; }

    /// <summary>Gets a member of the data as text, or null if it does not exist.</summary>
    /// <param name="member">The name of the member.</param>
    public string? GetString(string member) =>
        Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty(member, out JsonElement value) ? value.ToString() : null;

    /// <summary>Gets the name and the data as JSON.</summary>
    public override string ToString() => Data.ValueKind == JsonValueKind.Undefined
        ? Name
        : string.Create(CultureInfo.InvariantCulture, $"{Name} {QmpText.Excerpt(Data)}");

    internal static QmpEvent Parse(JsonElement message)
    {
        if (message.GetProperty("event") is not { ValueKind: JsonValueKind.String } name
            || !message.TryGetProperty("timestamp", out JsonElement timestamp)
            || Number(timestamp, "seconds") is not { } seconds
            || Number(timestamp, "microseconds") is not { } microseconds)
            throw new QmpProtocolException($"An event without name or timestamp: {QmpText.Excerpt(message)}");

        // QEMU sends -1 for both numbers when reading its clock fails.
        DateTimeOffset when = seconds < 0
            ? DateTimeOffset.MinValue
            : DateTimeOffset.FromUnixTimeSeconds(seconds).AddMicroseconds(microseconds);
        return new QmpEvent
        {
            Name = name.GetString()!,
            Timestamp = when,
            Data = message.TryGetProperty("data", out JsonElement data) ? data : default,
        };
    }

    private static long? Number(JsonElement timestamp, string member) =>
        timestamp.ValueKind == JsonValueKind.Object
        && timestamp.TryGetProperty(member, out JsonElement value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out long number)
        && number < LastSecond
            ? number
            : null;
}
