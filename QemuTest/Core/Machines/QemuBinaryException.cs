namespace QemuTest.Machines;

/// <summary>A path does not lead to a usable QEMU. The message names the path and the cure.</summary>
public sealed class QemuBinaryException : QemuMachineException
{
    internal QemuBinaryException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
