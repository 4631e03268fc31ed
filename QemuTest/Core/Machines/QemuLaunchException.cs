namespace QemuTest.Machines;

/// <summary>The exception for a QEMU that exited before its monitor answered, or whose monitor did not answer in time.</summary>
/// <remarks><c>qemu.machine.VMLaunchFailure</c> in QEMU's own framework.</remarks>
public sealed class QemuLaunchException : QemuMachineException
{
    internal QemuLaunchException(MachineFailure failure, string cause, Exception? innerException)
        : base(
            $"QEMU '{failure.MachineName}' did not start: {cause}\n" +
            (failure.Exit is { } exit ? $"\tExit: {exit}\n" : "") +
            $"\tCommand: {failure.CommandLine}\n" +
            $"\tOutput: {failure.OutputText}",
            failure,
            innerException)
    {
    }
}
