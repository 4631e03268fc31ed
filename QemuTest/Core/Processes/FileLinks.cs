using System.ComponentModel;
using System.Runtime.InteropServices;

namespace QemuTest.Processes;

/// <summary>Hard links, which .NET 10 cannot create.</summary>
internal static class FileLinks
{
    /// <summary>Gives the file a second name. Returns false if that name is taken.</summary>
    /// <exception cref="IOException">Any other error, for example a file system without hard links.</exception>
    public static bool TryCreateHardLink(string existing, string name)
    {
        if (Libc.Link(existing, name) == 0)
            return true;
        int error = Marshal.GetLastPInvokeError();
        return error == Libc.FileExists
            ? false
            : throw new IOException($"link '{name}' to '{existing}': {new Win32Exception(error).Message}");
    }
}
