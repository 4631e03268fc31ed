using System.Globalization;

namespace QemuTest.Vfio;

/// <summary>The command line of a QEMU under test in the lab.</summary>
internal static class LabCommandLine
{
    public static IReadOnlyList<string> Of(
        LabBinaries binaries, string name, int monitorPort, IReadOnlyList<LabDevice> devices, LabMachineOptions options)
    {
        string binary = binaries.For(options);
        List<string> command =
        [
            binary, "-name", name, "-machine", binaries.MachineFor(options.Machine), "-accel", "tcg", "-m", "128", "-nodefaults", "-no-user-config",
            "-display", "none", "-bios", LabFiles.Firmware,
            "-qmp", string.Create(CultureInfo.InvariantCulture, $"tcp:0.0.0.0:{monitorPort},server=on,wait=off"),
            // An event for each page sent would be nearly all of the trace.
            "-trace", "vfio_*", "-trace", "multifd_*", "-trace", "migrat*", "-trace", "savevm_*", "-trace", "-migration_transferred_bytes",
            "-D", LabFiles.TraceForQemu(name), "-msg", "timestamp=on",
        ];
        if (options.Paused)
            command.Add("-S");
        // QEMU's own binary is a file that is there and does not compress to nothing.
        if (options.FilledMemory)
            command.AddRange(["-device", $"loader,file={binary},addr=0x1000000,force-raw=on"]);
        command.AddRange(options.Arguments);
        for (int i = 0; i < devices.Count; i++)
            command.AddRange(["-device", string.Join(',', DeviceProperties(devices[i], i, options).Select(p => $"{p.Key}={p.Value}"))]);
        return command;
    }

    /// <summary>The id of a device, by its place.</summary>
    public static string DeviceId(int place) => string.Create(CultureInfo.InvariantCulture, $"hd{place}");

    /// <summary>What a device is set to; for <c>device_add</c> the driver is one of it.</summary>
    public static IReadOnlyDictionary<string, string> DeviceProperties(LabDevice device, int place, LabMachineOptions options)
    {
        var properties = new Dictionary<string, string>
        {
            ["driver"] = "vfio-pci",
            ["sysfsdev"] = device.SysfsPath,
            ["id"] = DeviceId(place),
            ["addr"] = string.Create(CultureInfo.InvariantCulture, $"0x{options.FirstSlot + place:x}"),
            ["enable-migration"] = "on",
            ["x-device-dirty-page-tracking"] = "off",
        };
        if (options.Transfer is { } transfer)
            properties["x-migration-multifd-transfer"] = transfer.ToString().ToLowerInvariant();
        foreach ((string property, string value) in options.DeviceProperties)
            properties[property] = value;
        return properties;
    }
}
