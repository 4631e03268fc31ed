using System.ComponentModel;

namespace QemuTest.Processes;

/// <summary>A pipe with a path. Opening one end waits for the other, so two processes meet there without a port and without a race.</summary>
internal static class NamedPipe
{
    /// <summary>Creates the pipe, readable and writable for its owner only.</summary>
    /// <exception cref="Win32Exception">The path is taken, or its folder does not exist.</exception>
    public static void Create(string path)
    {
        if (Libc.MakeFifo(path, Libc.OwnerOnly) != 0)
            throw new Win32Exception();
    }
}
