using System.ComponentModel;
using System.Runtime.InteropServices;

namespace QemuTest.Processes;

/// <summary>A descriptor that stays its owner's, and that a child gets too, under the same number.</summary>
internal sealed partial class InheritedHandle(SafeHandle handle) : IInherited
{
    private const int SetDescriptorFlags = 2;
    private const int CloseOnExec = 1;

    public int Number => (int)handle.DangerousGetHandle();

    public void MakeInheritable()
    {
        if (FileControl(handle, SetDescriptorFlags, 0) != 0)
            throw new Win32Exception();
    }

    public void Started() => _ = FileControl(handle, SetDescriptorFlags, CloseOnExec);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControl(SafeHandle descriptor, int command, nint argument);
}
