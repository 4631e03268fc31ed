namespace QemuTest.Processes;

/// <summary>A program could not be started, failed, or did not exit in time.</summary>
public sealed class ProgramException : QemuTestException
{
    internal ProgramException(string message, string? commandLine = null, ProcessExit? exit = null, Exception? innerException = null)
        : base(message, innerException)
    {
        CommandLine = commandLine;
        Exit = exit;
    }

    /// <summary>The command line, quoted for a shell; null if unknown.</summary>
    public string? CommandLine { get; }

    /// <summary>The exit; null if the program did not start, or was killed after its timeout.</summary>
    public ProcessExit? Exit { get; }
}
