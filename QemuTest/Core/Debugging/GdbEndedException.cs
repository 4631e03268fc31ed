using QemuTest.Processes;

namespace QemuTest.Debugging;

/// <summary>GDB itself ended.</summary>
public sealed class GdbEndedException : GdbException
{
    internal GdbEndedException(string command, ProcessExit exit, string transcript)
        : base($"GDB ended with {exit} before it answered '{command}'.", transcript)
    {
    }
}
