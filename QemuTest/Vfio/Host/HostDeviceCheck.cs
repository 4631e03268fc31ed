using System.Runtime.InteropServices;
using QemuTest.Processes;

namespace QemuTest.Vfio;

/// <summary>Looks whether named devices can be used, so that what is wrong is told in one sentence with its cure, before any QEMU is
/// started. It only looks: no device is opened, bound, made or removed.</summary>
internal static class HostDeviceCheck
{
    /// <summary>Checks all devices of both sides.</summary>
    /// <param name="devices">The devices.</param>
    /// <param name="root">What stands for <c>/</c>, for tests.</param>
    /// <exception cref="VfioDeviceException">One cannot be used.</exception>
    public static void Check(HostDevices devices, string root = "")
    {
        var groups = new Dictionary<string, HostDevice>();
        foreach (HostDevice device in devices.Source)
            groups.TryAdd(Check(device, root), device);
        foreach (HostDevice device in devices.Destination)
        {
            string group = Check(device, root);
            if (groups.TryGetValue(group, out HostDevice? other))
                throw new VfioDeviceException(
                    $"{other.Written} and {device.Written} are both in IOMMU group {group}, which one QEMU must have whole. " +
                    "Take the destination's devices from other groups than the source's.");
        }
    }

    // Its IOMMU group.
    private static string Check(HostDevice device, string root)
    {
        string folder = root + device.SysfsPath;
        if (!Directory.Exists(folder))
            throw new VfioDeviceException(
                $"{device.Written} is not there: no {device.SysfsPath}. " +
                (device.IsMediated ? "Make the mdev (write its UUID into its type's 'create')" : "See 'lspci -D' for addresses") + ", or name another.");
        if (!device.IsMediated)
            CheckDriver(device, LinkedName(folder, "driver"));
        string group = LinkedName(folder, "iommu_group") ?? throw new VfioDeviceException(
            $"{device.Written} has no IOMMU group, so no QEMU can have it. Boot the host with its IOMMU on (intel_iommu=on, or the firmware's setup).");
        foreach (string node in (string[])["/dev/vfio/vfio", $"/dev/vfio/{group}"])
        {
            if (Libc.Access(root + node, Libc.AccessRead | Libc.AccessWrite) != 0)
                throw new VfioDeviceException(
                    $"{device.Written} needs {node}, which this user cannot read and write: {Marshal.GetLastPInvokeErrorMessage()}. " +
                    "Load the module vfio_iommu_type1 if it is missing; run as root, or let the node belong to this user (a udev rule).");
        }

        return group;
    }

    // The vendors' VFIO drivers are named like the plain one. That one is let pass: QEMU says best that it cannot migrate.
    private static void CheckDriver(HostDevice device, string? driver)
    {
        if (driver?.Replace('_', '-').EndsWith("vfio-pci", StringComparison.Ordinal) != true)
            throw new VfioDeviceException(
                $"{device.Written} {(driver is null ? "has no driver" : $"belongs to the driver {driver}")}, so no QEMU can have it. Bind it to a VFIO " +
                $"driver, its vendor's (mlx5_vfio_pci and its like), for plain vfio-pci cannot migrate: driverctl set-override {device.Name} DRIVER. " +
                "The tests bind nothing themselves.");
    }

    private static string? LinkedName(string folder, string link) =>
        new DirectoryInfo(Path.Combine(folder, link)).LinkTarget is { } target ? Path.GetFileName(target) : null;
}
