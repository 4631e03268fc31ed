using QemuTest.Processes;

namespace QemuTest.Machines;

/// <summary>QEMU did not end as it should: it crashed, exited with an error, or had to be killed. Equals upstream's
/// <c>AbnormalShutdown</c>.</summary>
public sealed class QemuAbnormalExitException : QemuMachineException
{
    internal QemuAbnormalExitException(string name, string cause, ProcessExit? exit, string output, string logFile, Exception? innerException = null)
        : base(
            $"QEMU '{name}' did not end as it should: {cause}\n" +
            $"\tOutput: {(output.Length == 0 ? "(none)" : output.TrimEnd())}\n" +
            $"\tLog: {logFile}",
            innerException)
    {
        Exit = exit;
    }

    /// <summary>How the process ended.</summary>
    public ProcessExit? Exit { get; }
}
