using System.Globalization;

namespace QemuTest.Vfio;

/// <summary>What a QEMU under test is given wherever it runs: a small machine, a guest that halts, traces, and its VFIO devices.</summary>
internal static class VfioArguments
{
    private const string DriverProperty = "driver";
    private const string TransferProperty = "x-migration-multifd-transfer";

    /// <summary>The properties of a device that decide what it is and where: they are not for a user to set.</summary>
    public static readonly IReadOnlySet<string> Taken =
        new HashSet<string> { DriverProperty, "host", "sysfsdev", "id", "addr", TransferProperty };

    /// <summary>The arguments.</summary>
    /// <param name="binary">The path of the QEMU, as it sees it.</param>
    /// <param name="firmware">The path of the firmware that halts, as QEMU sees it.</param>
    /// <param name="trace">The file of its trace, as QEMU sees it.</param>
    /// <param name="options">How it is started.</param>
    /// <param name="devices">What each device is set to.</param>
    public static IReadOnlyList<string> Of(
        string binary, string firmware, string trace, VfioMachineOptions options, IEnumerable<IReadOnlyDictionary<string, string>> devices)
    {
        List<string> arguments =
        [
            "-accel", "tcg", "-m", "128", "-nodefaults", "-no-user-config", "-bios", firmware,
            // An event for each page sent would be nearly all of the trace.
            "-trace", "vfio_*", "-trace", "multifd_*", "-trace", "migrat*", "-trace", "savevm_*", "-trace", "-migration_transferred_bytes",
            "-D", trace, "-msg", "timestamp=on",
        ];
        if (options.Paused)
            arguments.Add("-S");
        // QEMU's own binary is a file that is there and does not compress to nothing.
        if (options.FilledMemory)
            arguments.AddRange(["-device", $"loader,file={binary},addr=0x1000000,force-raw=on"]);
        arguments.AddRange(options.Arguments);
        foreach (IReadOnlyDictionary<string, string> device in devices)
            arguments.AddRange(["-device", string.Join(',', device.Select(p => $"{p.Key}={p.Value}"))]);
        return arguments;
    }

    /// <summary>The id of a device, by its place.</summary>
    public static string DeviceId(int place) => string.Create(CultureInfo.InvariantCulture, $"hd{place}");

    /// <summary>What a device is set to; for <c>device_add</c> the driver is one of it.</summary>
    /// <param name="which">The property that names the device, and its value.</param>
    /// <param name="place">The device's place.</param>
    /// <param name="defaults">What it is set to unless the options say otherwise.</param>
    /// <param name="options">How the machine is started.</param>
    public static IReadOnlyDictionary<string, string> Device(
        KeyValuePair<string, string> which, int place, IReadOnlyDictionary<string, string> defaults, VfioMachineOptions options)
    {
        var properties = new Dictionary<string, string>
        {
            [DriverProperty] = "vfio-pci",
            [which.Key] = which.Value,
            ["id"] = DeviceId(place),
            ["addr"] = string.Create(CultureInfo.InvariantCulture, $"0x{options.FirstSlot + place:x}"),
        };
        foreach ((string property, string value) in defaults)
            properties[property] = value;
        if (options.Transfer is { } transfer)
            properties[TransferProperty] = transfer.ToString().ToLowerInvariant();
        foreach ((string property, string value) in options.DeviceProperties)
            properties[property] = value;
        return properties;
    }
}
