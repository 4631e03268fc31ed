namespace QemuTest.Vfio;

/// <summary>The lab itself is at fault: no image, it does not boot, it does not do what it is told. The text says what to do.</summary>
public sealed class VfioLabException : QemuTestException
{
    internal VfioLabException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
