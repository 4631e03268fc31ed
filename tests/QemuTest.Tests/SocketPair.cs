using System.Net.Sockets;
using QemuTest.Processes;

namespace QemuTest.Tests;

/// <summary>Two connected sockets, one for the code under test and one for the test, which plays QEMU.</summary>
internal static class SocketPair
{
    public static (Socket ForClient, Socket ForPeer) Create()
    {
        // Not disposed: both ends are handed over; no child inherits one.
        var pair = new InheritedSocket();
        return (pair.TakeHostEnd(), new Socket(pair.ChildEnd));
    }
}
