using System.ComponentModel;
using System.Net.Sockets;

namespace QemuTest.Processes;

/// <summary>A pair of connected sockets. One end belongs to this process; one child inherits the other, under a number that goes on its
/// command line. There is no path, so nothing is left on disk and no other process can connect.</summary>
internal sealed unsafe class InheritedSocket : IInherited, IDisposable
{
    private Socket? _hostEnd;

    public InheritedSocket()
    {
        int* ends = stackalloc int[2];
        if (Libc.SocketPair(Libc.UnixSockets, Libc.StreamSocket | Libc.SocketCloseOnExec, 0, ends) != 0)
            throw new Win32Exception();
        _hostEnd = new Socket(new SafeSocketHandle(ends[0], ownsHandle: true));
        ChildEnd = new SafeSocketHandle(ends[1], ownsHandle: true);
        ChildDescriptor = ends[1];
    }

    /// <summary>Hands over this process's end; the caller disposes of it.</summary>
    public Socket TakeHostEnd() => Interlocked.Exchange(ref _hostEnd, null)
        ?? throw new InvalidOperationException("The host's end was already taken.");

    /// <summary>The child's end.</summary>
    public SafeSocketHandle ChildEnd { get; }

    /// <summary>The number of the child's end, in this process and in the child.</summary>
    public int ChildDescriptor { get; }

    public void MakeInheritable()
    {
        if (Libc.FCntl(ChildEnd, Libc.SetDescriptorFlags, 0) != 0)
            throw new Win32Exception();
    }

    public void Started() => ChildEnd.Dispose();

    public void Dispose()
    {
        ChildEnd.Dispose();
        _hostEnd?.Dispose();
    }
}
