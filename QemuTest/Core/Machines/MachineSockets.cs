using QemuTest.Processes;

namespace QemuTest.Machines;

/// <summary>The sockets that one launch of QEMU inherits; each is null if it is not wanted.</summary>
internal sealed class MachineSockets(bool monitor, bool console, bool qtest) : IDisposable
{
    public InheritedSocket? Monitor { get; } = monitor ? new InheritedSocket() : null;

    public InheritedSocket? Console { get; } = console ? new InheritedSocket() : null;

    public InheritedSocket? Qtest { get; } = qtest ? new InheritedSocket() : null;

    public IEnumerable<IInherited> All => new[] { Monitor, Console, Qtest }.OfType<IInherited>();

    public void Dispose()
    {
        Monitor?.Dispose();
        Console?.Dispose();
        Qtest?.Dispose();
    }
}
