using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace QemuTest.Processes;

/// <summary>Two connected sockets for two QEMUs that talk to each other.</summary>
public sealed class DescriptorPair : IDisposable
{
    private readonly Socket _first;
    private readonly Socket _second;

    public DescriptorPair()
    {
        // Not disposed: both ends are taken over.
        var pair = new InheritedSocket();
        _first = pair.TakeHostEnd();
        _second = new Socket(new SafeSocketHandle(pair.ChildDescriptor, ownsHandle: true));
    }

    public SafeHandle First => _first.SafeHandle;

    public SafeHandle Second => _second.SafeHandle;

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }
}
