using System.Net;
using System.Net.Sockets;

namespace QemuTest.Processes;

/// <summary>
/// A TCP port of 127.0.0.1 that no other program gets while it is held, and that a QEMU can listen on all the same: it is bound,
/// with address reuse, and nobody listens. The kernel gives such a port to nobody who asks for any port, and lets a server bind
/// it that allows reuse too, as QEMU's do. Until then a connection to it is refused. Takes the place of upstream's <c>Ports</c>,
/// which looks for a free port and lets go of it.
/// </summary>
public sealed class ReservedPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Takes a port that the kernel picks.</summary>
    /// <exception cref="SocketException">The kernel has none left.</exception>
    public ReservedPort()
    {
        _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    /// <summary>The port's number.</summary>
    public int Number => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>Lets go of the port. A QEMU that listens on it keeps it.</summary>
    public void Dispose() => _socket.Dispose();
}
