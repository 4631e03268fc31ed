using System.Globalization;

namespace QemuTest.Vfio;

/// <summary>The arguments of a QEMU under test: a small machine, a guest that halts, traces, and VFIO devices.</summary>
internal static class VfioArguments
{
    private const string DriverProperty = "driver";

    /// <summary>The properties of a device that only the library sets.</summary>
    public static readonly IReadOnlySet<string> Taken =
        new HashSet<string> { DriverProperty, "host", "sysfsdev", "id", "addr", VfioMachineOptions.TransferProperty };

    /// <summary>Gets the arguments. Paths are as QEMU sees them.</summary>
    /// <param name="binary">The path of QEMU.</param>
    /// <param name="firmware">The path of the firmware that halts.</param>
    /// <param name="trace">The path of the trace.</param>
    /// <param name="options">The options of the machine.</param>
    /// <param name="devices">The properties of each device.</param>
    public static IReadOnlyList<string> Of(
        string binary, string firmware, string trace, VfioMachineOptions options, IEnumerable<IReadOnlyDictionary<string, string>> devices)
    {
        List<string> arguments =
        [
            "-accel", "tcg", "-m", "128", "-nodefaults", "-no-user-config", "-bios", firmware,
            // The one event that is left out comes with every page.
            "-trace", "vfio_*", "-trace", "multifd_*", "-trace", "migrat*", "-trace", "savevm_*", "-trace", "-migration_transferred_bytes",
            "-D", trace, "-msg", "timestamp=on",
        ];
        if (options.Paused)
            arguments.Add("-S");
        // QEMU's own binary always exists, and does not compress to nothing.
        if (options.FilledMemory)
            arguments.AddRange(["-device", $"loader,file={binary},addr=0x1000000,force-raw=on"]);
        arguments.AddRange(options.Arguments);
        foreach (IReadOnlyDictionary<string, string> device in devices)
            arguments.AddRange(["-device", string.Join(',', device.Select(p => $"{p.Key}={p.Value}"))]);
        return arguments;
    }

    /// <summary>Gets the id of a device by its index.</summary>
    public static string DeviceId(int index) => string.Create(CultureInfo.InvariantCulture, $"hd{index}");

    /// <summary>Gets the properties of a device, its driver included, for the command line or <c>device_add</c>.</summary>
    /// <param name="identity">The property that names the device, and its value.</param>
    /// <param name="index">The device's index.</param>
    /// <param name="defaults">Properties that the options can override.</param>
    /// <param name="options">The options of the machine.</param>
    public static IReadOnlyDictionary<string, string> Device(
        KeyValuePair<string, string> identity, int index, IReadOnlyDictionary<string, string> defaults, VfioMachineOptions options)
    {
        var properties = new Dictionary<string, string>
        {
            [DriverProperty] = "vfio-pci",
            [identity.Key] = identity.Value,
            ["id"] = DeviceId(index),
            ["addr"] = string.Create(CultureInfo.InvariantCulture, $"0x{options.FirstSlot + index:x}"),
        };
        foreach ((string property, string value) in defaults)
            properties[property] = value;
        if (options.Transfer is { } transfer)
            properties[VfioMachineOptions.TransferProperty] = transfer.ToString().ToLowerInvariant();
        foreach ((string property, string value) in options.DeviceProperties)
            properties[property] = value;
        return properties;
    }
}
