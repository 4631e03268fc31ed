using System.Runtime.InteropServices;
using QemuTest.Processes;

namespace QemuTest.Vfio;

/// <summary>Checks before any QEMU is started whether named devices can be used, so that a problem is one message with its cure. Only
/// looks: no device is opened, bound, created or removed.</summary>
internal static class HostDeviceCheck
{
    /// <summary>Checks all devices of both sides.</summary>
    /// <param name="source">The source's devices.</param>
    /// <param name="destination">The destination's devices.</param>
    /// <param name="root">The folder to use instead of <c>/</c>, for tests.</param>
    /// <exception cref="VfioDeviceException">A device cannot be used.</exception>
    public static void Check(IReadOnlyList<HostDevice> source, IReadOnlyList<HostDevice> destination, string root = "")
    {
        var groups = new Dictionary<string, HostDevice>();
        foreach (HostDevice device in source)
            groups.TryAdd(Check(device, root), device);
        foreach (HostDevice device in destination)
        {
            string group = Check(device, root);
            if (groups.TryGetValue(group, out HostDevice? other))
                throw new VfioDeviceException(
                    $"{other.Written} and {device.Written} are both in IOMMU group {group}, which only one QEMU can use. " +
                    "Name devices for the destination that are in other groups than the source's.");
        }
    }

    // Returns the IOMMU group.
    private static string Check(HostDevice device, string root)
    {
        string folder = root + device.SysfsPath;
        if (!Directory.Exists(folder))
            throw device.Refuse(
                $"does not exist: no {device.SysfsPath}. " +
                (device.IsMediated ? "Create the mdev (write its UUID to its type's 'create' file)" : "'lspci -D' lists addresses") + ", or name another.");
        if (!device.IsMediated)
            CheckDriver(device, LinkedName(folder, "driver"));
        string group = LinkedName(folder, "iommu_group") ?? throw device.Refuse(
            "has no IOMMU group, so no QEMU can use it. Boot the host with its IOMMU on (intel_iommu=on, or the firmware's setup).");
        foreach (string node in (string[])["/dev/vfio/vfio", $"/dev/vfio/{group}"])
        {
            if (Libc.Access(root + node, Libc.AccessRead | Libc.AccessWrite) != 0)
                throw device.Refuse(
                    $"needs {node}, which this user cannot read and write: {Marshal.GetLastPInvokeErrorMessage()}. " +
                    "Load the module vfio_iommu_type1 if it is missing; run as root, or give this user the node (a udev rule).");
        }

        return group;
    }

    // The names of vendors' VFIO drivers end like that of the plain one, which is accepted: QEMU's own message is best there.
    private static void CheckDriver(HostDevice device, string? driver)
    {
        if (driver?.Replace('_', '-').EndsWith("vfio-pci", StringComparison.Ordinal) != true)
            throw device.Refuse(
                $"{(driver is null ? "has no driver" : $"belongs to the driver {driver}")}, so no QEMU can use it. Bind it to the VFIO driver of its " +
                $"vendor, such as mlx5_vfio_pci; plain vfio-pci cannot migrate: driverctl set-override {device.Name} DRIVER. " +
                "The tests bind nothing themselves.");
    }

    private static string? LinkedName(string folder, string link) =>
        new DirectoryInfo(Path.Combine(folder, link)).LinkTarget is { } target ? Path.GetFileName(target) : null;
}
