namespace QemuTest.Qmp;

/// <summary>The base class of all typed events.</summary>
public abstract record QapiEvent : QapiObject
{
    /// <summary>Creates an event with the members that the program sets.</summary>
    protected QapiEvent()
    {
    }

    /// <summary>Creates an event from JSON.</summary>
    /// <param name="reader">The event's data.</param>
    protected QapiEvent(QapiReader reader)
        : base(reader)
    {
    }

    /// <summary>Gets the event's name as QEMU spells it.</summary>
    public abstract string QmpName { get; }

    /// <summary>Gets QEMU's time stamp; <see cref="DateTimeOffset.MinValue"/> if QEMU could not read its clock.</summary>
    public DateTimeOffset Timestamp { get; init; }
}
