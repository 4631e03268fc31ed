using System.Text.RegularExpressions;

namespace QemuTest.Vfio;

/// <summary>A VFIO device of this host that the user named. Only QEMU opens it; nothing else touches it.</summary>
public sealed partial class HostDevice
{
    private const string MdevFolder = "/sys/bus/mdev/devices/";
    private const string PciFolder = "/sys/bus/pci/devices/";

    private HostDevice(string text, string variable, string name, string sysfsPath, bool isAddress)
    {
        Text = text;
        Variable = variable;
        Name = name;
        SysfsPath = sysfsPath;
        Option = isAddress ? new("host", name) : new("sysfsdev", sysfsPath);
    }

    /// <summary>Gets the name in sysfs and in QEMU's traces: an mdev's UUID, or a PCI device's address.</summary>
    public string Name { get; }

    /// <summary>Gets the path in sysfs.</summary>
    public string SysfsPath { get; }

    /// <summary>Gets the property of <c>vfio-pci</c> that names the device, and its value: <c>host</c> for an address, else
    /// <c>sysfsdev</c>.</summary>
    public KeyValuePair<string, string> Option { get; }

    /// <summary>Gets the user's text and the variable that has it, for errors.</summary>
    internal string Written => $"'{Text}' in {Variable}";

    /// <summary>Gets whether the device is an mdev; else it is a PCI device.</summary>
    internal bool IsMediated => Guid.TryParseExact(Name, "D", out _);

    private string Text { get; }

    private string Variable { get; }

    /// <summary>Parses an mdev's UUID, a PCI device's address with its domain, or the path of either in sysfs. Does not check the
    /// device.</summary>
    /// <param name="text">The text.</param>
    /// <param name="variable">The environment variable with the text, for errors.</param>
    /// <exception cref="VfioDeviceException">The text is none of these.</exception>
    internal static HostDevice Parse(string text, string variable)
    {
        string small = text.ToLowerInvariant();
        if (Guid.TryParseExact(small, "D", out _))
            return new(text, variable, small, MdevFolder + small, isAddress: false);
        if (Address().IsMatch(small))
            return new(text, variable, small, PciFolder + small, isAddress: true);
        string path = text.TrimEnd('/');
        string name = Path.GetFileName(path);
        return path.StartsWith("/sys/", StringComparison.Ordinal) && (Guid.TryParseExact(name, "D", out _) || Address().IsMatch(name))
            ? new(text, variable, name, path, isAddress: false)
            : throw new VfioDeviceException(
                $"'{text}' in {variable} is not a device. Name an mdev by its UUID, a PCI device by its address with the domain (0000:5e:00.1), " +
                "or either by its path in /sys; separate devices with commas.") { Input = text, Variable = variable };
    }

    /// <summary>Creates the error for a device that cannot be used.</summary>
    /// <param name="reason">The reason and the cure; the device is the subject of the sentence.</param>
    internal VfioDeviceException Refuse(string reason) => new($"{Written} {reason}") { Input = Text, Variable = Variable };

    [GeneratedRegex(@"^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-1][0-9a-f]\.[0-7]$")]
    private static partial Regex Address();
}
