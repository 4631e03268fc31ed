using System.Net.Sockets;
using QemuTest.Processes;

namespace QemuTest.Tests;

/// <summary>Two connected sockets, one for the code under test and one for the test that plays QEMU.</summary>
internal static class SocketPair
{
    public static (Socket ForClient, Socket ForPeer) Create()
    {
        // Not disposed: each end is handed over, the child's as well, since there is no child to inherit it.
        var pair = new InheritedSocket();
        return (pair.TakeHostEnd(), new Socket(new SafeSocketHandle(pair.ChildDescriptor, ownsHandle: true)));
    }
}
