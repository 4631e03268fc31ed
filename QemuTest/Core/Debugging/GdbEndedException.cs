using QemuTest.Processes;

namespace QemuTest.Debugging;

/// <summary>The exception for a GDB that exited.</summary>
public sealed class GdbEndedException : GdbException
{
    // The shell's exit codes for a program that cannot be executed, and for one that does not exist.
    private const int NotExecutable = 126;
    private const int NotFound = 127;

    internal GdbEndedException(string path, string command, ProcessExit exit, string transcript)
        : base(
            $"GDB '{path}' ended with {exit} before it answered '{command}'." +
            (exit.Code is NotExecutable or NotFound ? " It cannot be run: install it (Debian: gdb-multiarch), or correct the path." : ""),
            transcript)
    {
        Exit = exit;
    }

    /// <summary>Gets the exit of GDB.</summary>
    public ProcessExit Exit { get; }
}
