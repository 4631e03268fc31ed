namespace QemuTest;

/// <summary>The base class of every exception that the QemuTest packages define.</summary>
/// <remarks>A wrong argument or a call at the wrong time throws an exception of .NET instead, for example
/// <see cref="ArgumentException"/> or <see cref="InvalidOperationException"/>.</remarks>
public abstract class QemuTestException : Exception
{
    private protected QemuTestException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
