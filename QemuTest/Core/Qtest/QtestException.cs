namespace QemuTest.Qtest;

/// <summary>The exception for a qtest command that QEMU refused, or for a QEMU that exited. The base of
/// <see cref="QtestTimeoutException"/>.</summary>
public class QtestException : QemuTestException
{
    internal QtestException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
