using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace QemuTest.Processes;

/// <summary>Two connected sockets for two QEMUs that talk to each other: pass one end to each with <see cref="Machines.QemuMachine.Inherit"/>.</summary>
public sealed class DescriptorPair : IDisposable
{
    private readonly Socket _first;
    private readonly Socket _second;

    /// <summary>Creates the pair.</summary>
    public DescriptorPair()
    {
        // Not disposed: both ends are taken over.
        var pair = new InheritedSocket();
        _first = pair.TakeHostEnd();
        _second = new Socket(new SafeSocketHandle(pair.ChildDescriptor, ownsHandle: true));
    }

    /// <summary>One end.</summary>
    public SafeHandle First => _first.SafeHandle;

    /// <summary>The other end.</summary>
    public SafeHandle Second => _second.SafeHandle;

    /// <summary>Closes both ends of this process; the QEMUs keep theirs.</summary>
    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }
}
