namespace QemuTest.Vfio;

/// <summary>The VFIO devices of this host that its user lends to tests: those of a source, and those of a destination, which take the
/// state of the former in order. They come from environment variables, and nothing that is not named there is ever touched.</summary>
public sealed class HostDevices
{
    /// <summary>The variable that names the source's devices, with a comma between them.</summary>
    public const string SourceVariable = "QEMU_TEST_VFIO_SOURCE";

    /// <summary>The variable that names the destination's devices: as many, each such that it takes the state of the one at its place.</summary>
    public const string DestinationVariable = "QEMU_TEST_VFIO_DESTINATION";

    /// <summary>The variable with more properties of every device, <c>NAME=VALUE</c> with a comma between them.</summary>
    public const string PropertiesVariable = "QEMU_TEST_VFIO_PROPERTIES";

    private HostDevices(IReadOnlyList<HostDevice> source, IReadOnlyList<HostDevice> destination, IReadOnlyDictionary<string, string> properties)
    {
        Source = source;
        Destination = destination;
        Properties = properties;
    }

    /// <summary>The devices that the guest is with first.</summary>
    public IReadOnlyList<HostDevice> Source { get; }

    /// <summary>As many others.</summary>
    public IReadOnlyList<HostDevice> Destination { get; }

    /// <summary>More properties of every device, as QEMU has them. Without any, all of <c>vfio-pci</c>'s keep their defaults.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; }

    /// <summary>The devices that the environment names; null where it names none.</summary>
    /// <exception cref="VfioDeviceException">What it names is not usable: the text says what, why, and what to do.</exception>
    public static HostDevices? FromEnvironment()
    {
        HostDevices? devices = Read(
            Environment.GetEnvironmentVariable(SourceVariable),
            Environment.GetEnvironmentVariable(DestinationVariable),
            Environment.GetEnvironmentVariable(PropertiesVariable));
        if (devices is not null)
            HostDeviceCheck.Check(devices);
        return devices;
    }

    /// <summary>Reads what the variables say; the devices are not looked at.</summary>
    internal static HostDevices? Read(string? source, string? destination, string? properties)
    {
        IReadOnlyList<HostDevice> from = Devices(source, SourceVariable);
        IReadOnlyList<HostDevice> to = Devices(destination, DestinationVariable);
        if (from.Count == 0 && to.Count == 0)
            return null;
        if (from.Count != to.Count)
            throw new VfioDeviceException(
                $"{SourceVariable} names {from.Count} devices and {DestinationVariable} {to.Count}. Each device that is left needs one " +
                "that takes its state: name as many in both, in the same order, or set neither.");
        if (from.Concat(to).GroupBy(device => device.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new VfioDeviceException(
                $"Device {twice.Key} is named twice: {string.Join(" and ", twice.Select(device => device.Written))}. " +
                "Only one QEMU can have it at a time, once: name another.");
        return new HostDevices(from, to, ReadProperties(properties));
    }

    private static IReadOnlyList<HostDevice> Devices(string? value, string variable) =>
        [.. Parts(value).Select(text => HostDevice.Parse(text, variable))];

    private static Dictionary<string, string> ReadProperties(string? value)
    {
        var properties = new Dictionary<string, string>();
        foreach (string part in Parts(value))
        {
            if (part.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } set])
                throw new VfioDeviceException($"'{part}' in {PropertiesVariable} is no property: write NAME=VALUE, with a comma between properties.");
            if (VfioArguments.Taken.Contains(name))
                throw new VfioDeviceException($"'{part}' in {PropertiesVariable}: '{name}' is the tests' own to set. Leave it out.");
            properties[name] = set;
        }

        return properties;
    }

    private static string[] Parts(string? value) =>
        (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
