using System.Globalization;

namespace QemuTest.Vfio;

/// <summary>The command line of a QEMU under test in the lab.</summary>
internal static class LabCommandLine
{
    private static readonly Dictionary<string, string> Defaults = new() { ["enable-migration"] = "on", ["x-device-dirty-page-tracking"] = "off" };

    public static IReadOnlyList<string> Of(
        VfioBinaries binaries, string name, int monitorPort, IReadOnlyList<LabDevice> devices, VfioMachineOptions options)
    {
        string binary = binaries.For(options);
        return
        [
            binary, "-name", name, "-machine", binaries.MachineFor(options.Machine), "-display", "none",
            "-qmp", string.Create(CultureInfo.InvariantCulture, $"tcp:0.0.0.0:{monitorPort},server=on,wait=off"),
            .. VfioArguments.Of(
                binary, LabFiles.FirmwareForQemu, LabFiles.TraceForQemu(name), options, devices.Select((device, index) => DeviceProperties(device, index, options))),
        ];
    }

    /// <summary>Gets the properties of a device, its driver included.</summary>
    public static IReadOnlyDictionary<string, string> DeviceProperties(LabDevice device, int index, VfioMachineOptions options) =>
        VfioArguments.Device(new("sysfsdev", device.SysfsPath), index, Defaults, options);
}
