using QemuTest.Processes;

namespace QemuTest.Machines;

/// <summary>The base of all errors of a QEMU process. The properties are null where the error does not concern a machine that was
/// launched.</summary>
public class QemuMachineException : QemuTestException
{
    internal QemuMachineException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    private protected QemuMachineException(string message, MachineFailure failure, Exception? innerException)
        : base(message, innerException)
    {
        MachineName = failure.MachineName;
        Phase = failure.Phase;
        CommandLine = failure.CommandLine;
        Exit = failure.Exit;
        Output = failure.Output;
    }

    /// <summary>Gets the name of the machine.</summary>
    public string? MachineName { get; }

    /// <summary>Gets the part of the machine's life in which the error occurred.</summary>
    public MachinePhase? Phase { get; }

    /// <summary>Gets the command line, quoted for a shell.</summary>
    public string? CommandLine { get; }

    /// <summary>Gets the exit of the process; null if it had to be killed before it answered.</summary>
    public ProcessExit? Exit { get; }

    /// <summary>Gets the end of QEMU's standard output and standard error, at most 64 KiB.</summary>
    public string? Output { get; }
}
