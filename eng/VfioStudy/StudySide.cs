using QemuTest.Vfio;

namespace QemuTest.VfioStudy;

/// <summary>The data of one side of a migration.</summary>
/// <param name="Devices">The names of the devices.</param>
/// <param name="Histories">The histories of the devices.</param>
/// <param name="Trace">QEMU's trace.</param>
internal sealed record StudySide(
    IReadOnlyList<string> Devices, IReadOnlyList<IReadOnlyList<SyntheticDeviceEvent>> Histories, IReadOnlyList<TraceEvent> Trace);
