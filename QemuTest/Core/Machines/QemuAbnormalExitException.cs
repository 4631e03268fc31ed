namespace QemuTest.Machines;

/// <summary>The exception for a QEMU that crashed, exited with an error, or had to be killed.</summary>
/// <remarks><c>qemu.machine.AbnormalShutdown</c> in QEMU's own framework.</remarks>
public sealed class QemuAbnormalExitException : QemuMachineException
{
    internal QemuAbnormalExitException(MachineFailure failure, string cause, Exception? innerException = null)
        : base(
            $"QEMU '{failure.MachineName}' did not exit normally: {cause}\n" +
            $"\tOutput: {failure.OutputText}\n" +
            $"\tLog: {failure.LogFile}",
            failure,
            innerException)
    {
    }
}
