namespace QemuTest.Qtest;

/// <summary>QEMU refused a qtest command, did not answer it, or is gone.</summary>
public sealed class QtestException : QemuTestException
{
    internal QtestException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
