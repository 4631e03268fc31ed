namespace QemuTest.Machines;

/// <summary>A path does not lead to a QEMU that can be run. The text names the path and the cure.</summary>
public sealed class QemuBinaryException : QemuMachineException
{
    internal QemuBinaryException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
