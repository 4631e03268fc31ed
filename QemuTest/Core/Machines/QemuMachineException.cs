namespace QemuTest.Machines;

/// <summary>The root of what can go wrong with a QEMU process.</summary>
public class QemuMachineException : QemuTestException
{
    internal QemuMachineException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
