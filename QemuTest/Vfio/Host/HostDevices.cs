namespace QemuTest.Vfio;

/// <summary>The VFIO devices of this host that the user gives to tests: those of a source, and those of a destination, which take the
/// source's state in the same order. Environment variables name them; no other device is touched.</summary>
public sealed class HostDevices
{
    /// <summary>The environment variable with the source's devices, separated by commas.</summary>
    public const string SourceVariable = "QEMU_TEST_VFIO_SOURCE";

    /// <summary>The environment variable with the destination's devices: as many, each of a kind that takes the state of the source's device
    /// at the same position.</summary>
    public const string DestinationVariable = "QEMU_TEST_VFIO_DESTINATION";

    /// <summary>The environment variable with more properties of every device, <c>NAME=VALUE</c>, separated by commas.</summary>
    public const string PropertiesVariable = "QEMU_TEST_VFIO_PROPERTIES";

    private HostDevices(IReadOnlyList<HostDevice> source, IReadOnlyList<HostDevice> destination, IReadOnlyDictionary<string, string> properties)
    {
        Source = source;
        Destination = destination;
        Properties = properties;
    }

    /// <summary>Gets the source's devices.</summary>
    public IReadOnlyList<HostDevice> Source { get; }

    /// <summary>Gets the destination's devices, as many.</summary>
    public IReadOnlyList<HostDevice> Destination { get; }

    /// <summary>Gets more properties of every device, by QEMU's names. All other properties of <c>vfio-pci</c> keep their defaults.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; }

    /// <summary>Gets the devices that the environment names; null where it names none.</summary>
    /// <exception cref="VfioDeviceException">A device or property cannot be used.</exception>
    public static HostDevices? FromEnvironment()
    {
        HostDevices? devices = Read(
            Environment.GetEnvironmentVariable(SourceVariable),
            Environment.GetEnvironmentVariable(DestinationVariable),
            Environment.GetEnvironmentVariable(PropertiesVariable));
        if (devices is not null)
            HostDeviceCheck.Check(devices.Source, devices.Destination);
        return devices;
    }

    /// <summary>Parses the values of the variables. Does not check the devices.</summary>
    internal static HostDevices? Read(string? source, string? destination, string? properties)
    {
        IReadOnlyList<HostDevice> from = Devices(source, SourceVariable);
        IReadOnlyList<HostDevice> to = Devices(destination, DestinationVariable);
        if (from.Count == 0 && to.Count == 0)
            return null;
        if (from.Count != to.Count)
            throw new VfioDeviceException(
                $"{SourceVariable} names {from.Count} devices and {DestinationVariable} {to.Count}. Each source device needs a " +
                "destination device that takes its state: name as many in both, in the same order, or set neither.");
        if (from.Concat(to).GroupBy(device => device.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new VfioDeviceException(
                $"Device {twice.Key} is named twice: {string.Join(" and ", twice.Select(device => device.Written))}. " +
                "Only one QEMU can use it: name another.");
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
                throw new VfioDeviceException($"'{part}' in {PropertiesVariable} is not a property: write NAME=VALUE, and separate properties with commas.")
                {
                    Input = part,
                    Variable = PropertiesVariable,
                };
            if (VfioArguments.Taken.Contains(name))
                throw new VfioDeviceException($"'{part}' in {PropertiesVariable}: the tests set '{name}' themselves. Leave it out.")
                {
                    Input = part,
                    Variable = PropertiesVariable,
                };
            properties[name] = set;
        }

        return properties;
    }

    private static string[] Parts(string? value) =>
        (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
