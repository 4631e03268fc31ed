using System.Runtime.InteropServices;

namespace QemuTest.Processes;

/// <summary>Signals to a child, where there is no other way to reach it.</summary>
internal static partial class Signals
{
    public const int Term = 15;

    /// <summary>Asks a process to end (SIGTERM). One that is gone already is no error.</summary>
    public static void Terminate(int processId) => _ = Kill(processId, Term);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
