using QemuTest.Migration;
using QemuTest.Qmp;

namespace QemuTest.Vfio;

/// <summary>A QEMU with VFIO devices that can be a side of a <see cref="VfioMigrationPair{TMachine}"/>: in the lab
/// (<see cref="LabMachine"/>) or on this host (<see cref="HostMachine"/>).</summary>
public interface IVfioMachine
{
    /// <summary>Gets the machine's name.</summary>
    string Name { get; }

    /// <summary>Gets the monitor.</summary>
    QmpClient Qmp { get; }

    /// <summary>Gets the names of its VFIO devices in QEMU's traces, in slot order: an mdev's UUID, a PCI device's address.</summary>
    IReadOnlyList<string> DeviceNames { get; }

    /// <summary>Gets the options it was started with.</summary>
    VfioMachineOptions Options { get; }

    /// <summary>Marks the current ends of output and trace: <see cref="ReadSideAsync"/> reads from there.</summary>
    internal Task MarkLogsAsync(CancellationToken cancellationToken = default);

    /// <summary>Adds the exit, and the output and the trace since the mark, to the monitor's side of a migration.</summary>
    internal Task<VfioMigrationSide> ReadSideAsync(MigrationSide side, CancellationToken cancellationToken = default);
}
