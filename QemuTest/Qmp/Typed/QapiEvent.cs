using System.Text.Json.Serialization;

namespace QemuTest.Qmp;

/// <summary>The base class of all typed events.</summary>
public abstract record QapiEvent
{
    /// <summary>Gets the event's name as QEMU spells it.</summary>
    [JsonIgnore]
    public abstract string QmpName { get; }

    /// <summary>Gets QEMU's time stamp; <see cref="DateTimeOffset.MinValue"/> if QEMU could not read its clock.</summary>
    [JsonIgnore]
    public DateTimeOffset Timestamp { get; init; }
}
