using System.ComponentModel;

namespace QemuTest.Processes;

/// <summary>Sends signals to processes.</summary>
internal static class Signals
{
    /// <summary>Sends a signal.</summary>
    /// <exception cref="Win32Exception">The process does not exist, or belongs to another user.</exception>
    public static void Send(int processId, Signal signal)
    {
        if (!TrySend(processId, signal))
            throw new Win32Exception();
    }

    /// <summary>Sends a signal. Returns false if the process no longer exists.</summary>
    public static bool TrySend(int processId, Signal signal) => Libc.Kill(processId, (int)signal) == 0;
}
