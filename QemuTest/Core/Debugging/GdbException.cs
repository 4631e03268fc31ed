namespace QemuTest.Debugging;

/// <summary>GDB did not do what it was asked. The message has the last lines that went to and fro.</summary>
public class GdbException : QemuTestException
{
    internal GdbException(string message, string transcript)
        : base(transcript.Length == 0 ? message : $"{message} The last lines between us and GDB:\n{transcript}")
    {
    }
}
