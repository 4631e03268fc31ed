using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace QemuTest.Processes;

/// <summary>A pair of connected sockets: one end is the host's, the other is inherited by one child under a number that goes
/// on its command line. No path, so nothing is left on disk, and nobody else can connect.</summary>
internal sealed unsafe partial class InheritedSocket : IInherited, IDisposable
{
    private const int AddressFamilyUnix = 1;
    private const int TypeStream = 1;
    private const int TypeCloseOnExec = 0x80000;
    private const int SetDescriptorFlags = 2;

    private Socket? _hostEnd;
    private int _childEnd;

    public InheritedSocket()
    {
        int* ends = stackalloc int[2];
        if (SocketPair(AddressFamilyUnix, TypeStream | TypeCloseOnExec, 0, ends) != 0)
            throw new Win32Exception();
        _hostEnd = new Socket(new SafeSocketHandle(ends[0], ownsHandle: true));
        _childEnd = ends[1];
    }

    /// <summary>Hands this process's end over; whoever takes it disposes of it.</summary>
    public Socket TakeHostEnd() => Interlocked.Exchange(ref _hostEnd, null)
        ?? throw new InvalidOperationException("The host's end was taken before.");

    /// <summary>The number the child finds its end under.</summary>
    public int ChildDescriptor => _childEnd;

    public void MakeInheritable()
    {
        if (FileControl(_childEnd, SetDescriptorFlags, 0) != 0)
            throw new Win32Exception();
    }

    public void Started()
    {
        int end = Interlocked.Exchange(ref _childEnd, -1);
        if (end >= 0)
            _ = Close(end);
    }

    public void Dispose()
    {
        Started();
        _hostEnd?.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    private static partial int SocketPair(int domain, int type, int protocol, int* ends);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControl(int descriptor, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
