using QemuTest.Qmp;

namespace QemuTest.Vfio;

/// <summary>A QEMU with VFIO devices, wherever it runs, as a side of a migration: what <see cref="VfioMigrationPair{TMachine}"/> needs of
/// it. The lab's are <see cref="LabMachine"/>, this host's <see cref="HostMachine"/>; one on another host would be a third kind.</summary>
public interface IVfioMachine
{
    /// <summary>The machine's name, for the outcome.</summary>
    string Name { get; }

    /// <summary>The monitor.</summary>
    QmpClient Qmp { get; }

    /// <summary>Its VFIO devices, in slot order, each by its name in QEMU's traces: an mdev's UUID, a PCI device's address.</summary>
    IReadOnlyList<string> DeviceNames { get; }

    /// <summary>How it was started.</summary>
    VfioMachineOptions Options { get; }

    /// <summary>Notes that a migration begins: what was written before belongs to another one.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    Task MarkLogsAsync(CancellationToken cancellationToken = default);

    /// <summary>What QEMU left beside its monitor's answers since its last migration began, or since its start.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    Task<VfioMachineReport> ReportAsync(CancellationToken cancellationToken = default);
}
