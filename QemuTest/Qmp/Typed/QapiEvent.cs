using System.Text.Json.Serialization;

namespace QemuTest.Qmp;

/// <summary>An event in its typed form.</summary>
public abstract record QapiEvent
{
    /// <summary>The event's name on the wire.</summary>
    [JsonIgnore]
    public abstract string QmpName { get; }

    /// <summary>QEMU's own time stamp; <see cref="DateTimeOffset.MinValue"/> where its clock failed.</summary>
    [JsonIgnore]
    public DateTimeOffset Timestamp { get; init; }
}
