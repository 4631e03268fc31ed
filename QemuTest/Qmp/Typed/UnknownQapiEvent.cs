using System.Text.Json;

namespace QemuTest.Qmp;

/// <summary>An event that is not in the schema.</summary>
public sealed record UnknownQapiEvent : QapiEvent
{
    /// <summary>Creates an event with any name.</summary>
    /// <param name="name">The event's name as QEMU spells it.</param>
    /// <param name="data">The event's data, or an undefined element if there is none.</param>
    public UnknownQapiEvent(string name, JsonElement data)
    {
        QmpName = name;
        Data = data;
    }

    /// <inheritdoc/>
    public override string QmpName { get; }

    /// <summary>Gets the event's data, or an undefined element if there is none.</summary>
    public JsonElement Data { get; }

    /// <inheritdoc/>
    protected override void WriteMembers(QapiWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (Data.ValueKind != JsonValueKind.Undefined)
            writer.WriteValue<JsonElement>("data", Data);
    }
}
