using System.Text.Json;

namespace QemuTest.Qmp;

/// <summary>An event that the schema did not have.</summary>
public sealed record UnknownQapiEvent : QapiEvent
{
    /// <summary>Makes an event of any name.</summary>
    /// <param name="name">Its name on the wire.</param>
    /// <param name="data">Its data; an undefined element where it has none.</param>
    public UnknownQapiEvent(string name, JsonElement data)
    {
        QmpName = name;
        Data = data;
    }

    /// <inheritdoc/>
    public override string QmpName { get; }

    /// <summary>Its data as it came; an undefined element where it has none.</summary>
    public JsonElement Data { get; }
}
