namespace QemuTest.Tool;

/// <summary>The matrix cannot run. The message names the input and the cure.</summary>
internal sealed class MatrixException(string message, Exception? innerException = null) : Exception(message, innerException);
