namespace QemuTest.Qmp;

/// <summary>The static members of an event record.</summary>
/// <typeparam name="TSelf">The event record.</typeparam>
public interface IQapiEvent<TSelf>
    where TSelf : QapiEvent, IQapiEvent<TSelf>
{
    /// <summary>Gets the event's name as QEMU spells it.</summary>
    static abstract string WireName { get; }

    /// <summary>Converts an event to its record.</summary>
    /// <param name="message">An event with this name.</param>
    /// <exception cref="QmpAnswerException">The data does not match the schema.</exception>
    static abstract TSelf Decode(QmpEvent message);
}
