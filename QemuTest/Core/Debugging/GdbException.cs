namespace QemuTest.Debugging;

/// <summary>The base of all GDB errors. The message includes the last lines to and from GDB.</summary>
public class GdbException : QemuTestException
{
    internal GdbException(string message, string transcript)
        : base(transcript.Length == 0 ? message : $"{message} Last lines to (>) and from (<) GDB:\n{transcript}")
    {
    }
}
