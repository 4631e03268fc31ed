namespace QemuTest.Machines;

/// <summary>QEMU did not come up: it exited before the greeting, or gave none in time. Equals upstream's
/// <c>VMLaunchFailure</c>.</summary>
public sealed class QemuLaunchException : QemuMachineException
{
    internal QemuLaunchException(string name, string cause, QemuExit? exit, string commandLine, string output, Exception? innerException)
        : base(
            $"QEMU '{name}' did not come up: {cause}\n" +
            (exit is { } ended ? $"\tExit: {ended}\n" : "") +
            $"\tCommand: {commandLine}\n" +
            $"\tOutput: {(output.Length == 0 ? "(none)" : output.TrimEnd())}",
            innerException)
    {
        Exit = exit;
        CommandLine = commandLine;
        Output = output;
    }

    /// <summary>How QEMU ended; null where it had to be killed because it gave no greeting.</summary>
    public QemuExit? Exit { get; }

    /// <summary>The command line, quoted for a shell.</summary>
    public string CommandLine { get; }

    /// <summary>What QEMU wrote on standard output and standard error.</summary>
    public string Output { get; }
}
