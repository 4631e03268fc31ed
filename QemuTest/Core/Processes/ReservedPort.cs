using System.Net;
using System.Net.Sockets;

namespace QemuTest.Processes;

/// <summary>
/// A reserved TCP port of 127.0.0.1. No other program gets it while it is reserved, but a QEMU can listen on it. The port is bound, with
/// address reuse, and nobody listens: the kernel never hands such a port out as an ephemeral port, but lets a server bind it that allows
/// reuse too, as QEMU does. Until then a connection to it is refused.
/// </summary>
/// <remarks>Takes the place of <c>qemu_test.Ports</c>, which finds a free port and releases it again.</remarks>
public sealed class ReservedPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Reserves a port that the kernel chooses.</summary>
    /// <exception cref="SocketException">No port is free.</exception>
    public ReservedPort()
    {
        _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    /// <summary>The port's number.</summary>
    public int Number => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>Releases the port. A QEMU that listens on it keeps it.</summary>
    public void Dispose() => _socket.Dispose();
}
