using System.Text.RegularExpressions;

namespace QemuTest.Vfio;

/// <summary>A VFIO device of this host that its user named. QEMU opens it; nothing else is done to it, ever.</summary>
public sealed partial class HostDevice
{
    private const string MdevFolder = "/sys/bus/mdev/devices/";
    private const string PciFolder = "/sys/bus/pci/devices/";

    private HostDevice(string text, string origin, string name, string sysfsPath, bool isAddress)
    {
        Text = text;
        Origin = origin;
        Name = name;
        SysfsPath = sysfsPath;
        Option = isAddress ? new("host", name) : new("sysfsdev", sysfsPath);
    }

    /// <summary>Its name in sysfs and in QEMU's traces: an mdev's UUID, or a PCI device's address.</summary>
    public string Name { get; }

    /// <summary>Where it is in sysfs.</summary>
    public string SysfsPath { get; }

    /// <summary>The property of <c>vfio-pci</c> that names it, and its value: <c>host</c> for an address, <c>sysfsdev</c> for the rest.</summary>
    public KeyValuePair<string, string> Option { get; }

    /// <summary>How its user wrote it, and where, for errors.</summary>
    internal string Written => $"'{Text}' in {Origin}";

    /// <summary>Whether it is an mdev; else it is a PCI device.</summary>
    internal bool IsMediated => Guid.TryParseExact(Name, "D", out _);

    private string Text { get; }

    private string Origin { get; }

    /// <summary>Reads what a user wrote: an mdev's UUID, a PCI device's address with its domain, or either's path in sysfs. The
    /// device is not looked at.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="origin">Where, for errors.</param>
    /// <exception cref="VfioDeviceException">It is none of these.</exception>
    internal static HostDevice Parse(string text, string origin)
    {
        string small = text.ToLowerInvariant();
        if (Guid.TryParseExact(small, "D", out _))
            return new(text, origin, small, MdevFolder + small, isAddress: false);
        if (Address().IsMatch(small))
            return new(text, origin, small, PciFolder + small, isAddress: true);
        string path = text.TrimEnd('/');
        string name = Path.GetFileName(path);
        return path.StartsWith("/sys/", StringComparison.Ordinal) && (Guid.TryParseExact(name, "D", out _) || Address().IsMatch(name))
            ? new(text, origin, name, path, isAddress: false)
            : throw new VfioDeviceException(
                $"'{text}' in {origin} is no device. Name an mdev by its UUID, a PCI device by its address with the domain (0000:5e:00.1), " +
                "or either by its path in /sys; with a comma between devices.");
    }

    [GeneratedRegex(@"^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-1][0-9a-f]\.[0-7]$")]
    private static partial Regex Address();
}
