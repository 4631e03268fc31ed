namespace QemuTest.Vfio;

/// <summary>A device of this host that a user named cannot be used. The text says which, why, and what to do.</summary>
public sealed class VfioDeviceException : QemuTestException
{
    internal VfioDeviceException(string message)
        : base(message)
    {
    }
}
