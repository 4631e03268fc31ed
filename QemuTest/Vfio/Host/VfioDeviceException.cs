namespace QemuTest.Vfio;

/// <summary>The devices of this host that a user named cannot be used. The message says which, why, and what to do.</summary>
public sealed class VfioDeviceException : QemuTestException
{
    internal VfioDeviceException(string message)
        : base(message)
    {
    }

    /// <summary>Gets the device or property as the user wrote it; null where the message concerns several.</summary>
    public string? Input { get; internal init; }

    /// <summary>Gets the environment variable that has it; null where the message concerns several.</summary>
    public string? Variable { get; internal init; }
}
