using QemuTest.Processes;

namespace QemuTest.Machines;

/// <summary>QEMU did not come up: it exited before the greeting, or gave none in time. Equals upstream's
/// <c>VMLaunchFailure</c>; command line and output are in the text, and on the <see cref="QemuMachine"/>.</summary>
public sealed class QemuLaunchException : QemuMachineException
{
    internal QemuLaunchException(string name, string cause, ProcessExit? exit, string commandLine, string output, Exception? innerException)
        : base(
            $"QEMU '{name}' did not come up: {cause}\n" +
            (exit is { } ended ? $"\tExit: {ended}\n" : "") +
            $"\tCommand: {commandLine}\n" +
            $"\tOutput: {(output.Length == 0 ? "(none)" : output.TrimEnd())}",
            innerException)
    {
        Exit = exit;
    }

    /// <summary>How QEMU ended; null where it had to be killed because it gave no greeting.</summary>
    public ProcessExit? Exit { get; }
}
