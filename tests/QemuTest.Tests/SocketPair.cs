using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using QemuTest.Processes;

namespace QemuTest.Tests;

/// <summary>Two connected sockets: one for the code under test, one for the test that acts as QEMU.</summary>
internal static unsafe partial class SocketPair
{
    private const int AddressFamilyUnix = 1;
    private const int TypeSequentialPacket = 5;
    private const int TypeCloseOnExec = 0x80000;

    public static (Socket ForClient, Socket ForPeer) Create()
    {
        // Not disposed: both ends are handed over, also that of the child, because there is no child.
        var pair = new InheritedSocket();
        return (pair.TakeHostEnd(), new Socket(pair.ChildEnd));
    }

    /// <summary>Creates a pair that keeps the borders of what is sent: each send is one receive.</summary>
    public static (Socket ForClient, Socket ForPeer) CreateForPackets()
    {
        int* ends = stackalloc int[2];
        if (CreatePair(AddressFamilyUnix, TypeSequentialPacket | TypeCloseOnExec, 0, ends) != 0)
            throw new Win32Exception();
        return (new Socket(new SafeSocketHandle(ends[0], ownsHandle: true)), new Socket(new SafeSocketHandle(ends[1], ownsHandle: true)));
    }

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    private static partial int CreatePair(int domain, int type, int protocol, int* ends);
}
