using System.ComponentModel;
using System.Runtime.InteropServices;

namespace QemuTest.Processes;

/// <summary>Hard links, which .NET 10 can't make.</summary>
internal static partial class FileLinks
{
    private const int FileExists = 17;

    /// <summary>Gives the file a second name; false if that name is taken.</summary>
    /// <exception cref="IOException">Any other refusal of the kernel, for example a file system without hard links.</exception>
    public static bool TryCreateHardLink(string existing, string name)
    {
        if (Link(existing, name) == 0)
            return true;
        int error = Marshal.GetLastPInvokeError();
        return error == FileExists
            ? false
            : throw new IOException($"link '{name}' to '{existing}': {new Win32Exception(error).Message}");
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);
}
