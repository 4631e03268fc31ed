using System.ComponentModel;
using System.Runtime.InteropServices;

namespace QemuTest.Processes;

/// <summary>A descriptor that its owner keeps, and that a child gets too, under the same number.</summary>
internal sealed class InheritedHandle(SafeHandle handle) : IInherited
{
    public int Number => (int)handle.DangerousGetHandle();

    public void MakeInheritable()
    {
        if (Libc.FCntl(handle, Libc.SetDescriptorFlags, 0) != 0)
            throw new Win32Exception();
    }

    public void Started() => _ = Libc.FCntl(handle, Libc.SetDescriptorFlags, Libc.CloseOnExec);
}
