using QemuTest.Processes;

namespace QemuTest.Debugging;

/// <summary>The exception for a GDB that exited.</summary>
public sealed class GdbEndedException : GdbException
{
    internal GdbEndedException(string command, ProcessExit exit, string transcript)
        : base($"GDB ended with {exit} before it answered '{command}'.", transcript)
    {
        Exit = exit;
    }

    /// <summary>Gets the exit of GDB.</summary>
    public ProcessExit Exit { get; }
}
