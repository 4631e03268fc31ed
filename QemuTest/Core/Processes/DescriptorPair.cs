using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace QemuTest.Processes;

/// <summary>Two connected sockets for two QEMUs that talk to each other. Pass one end to each with
/// <see cref="Machines.QemuMachine.Inherit"/>.</summary>
public sealed class DescriptorPair : IDisposable
{
    private readonly InheritedSocket _pair = new();
    private readonly Socket _first;

    /// <summary>Creates the pair.</summary>
    public DescriptorPair() => _first = _pair.TakeHostEnd();

    /// <summary>One end.</summary>
    public SafeHandle First => _first.SafeHandle;

    /// <summary>The other end.</summary>
    public SafeHandle Second => _pair.ChildEnd;

    /// <summary>Closes both ends in this process. The QEMUs keep theirs.</summary>
    public void Dispose()
    {
        _first.Dispose();
        _pair.Dispose();
    }
}
