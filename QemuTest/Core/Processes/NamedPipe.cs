using System.ComponentModel;
using System.Runtime.InteropServices;

namespace QemuTest.Processes;

/// <summary>A pipe with a path: whoever opens one end waits for the other, so two processes meet there without a port and without
/// a race.</summary>
internal static partial class NamedPipe
{
    private const int OwnerReadsAndWrites = 0x180;

    /// <summary>Makes the pipe.</summary>
    /// <exception cref="Win32Exception">The path is taken, or its folder is not there.</exception>
    public static void Create(string path)
    {
        if (MakeFifo(path, OwnerReadsAndWrites) != 0)
            throw new Win32Exception();
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFifo(string path, uint mode);
}
