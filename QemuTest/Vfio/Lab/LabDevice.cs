namespace QemuTest.Vfio;

/// <summary>A software VFIO device that exists in the lab.</summary>
/// <param name="Id">Its UUID: its name in sysfs, in QEMU's traces and in QEMU's errors.</param>
/// <param name="Type">Its mdev type, for example <c>mtty-1</c>.</param>
public record LabDevice(Guid Id, string Type)
{
    /// <summary>Its name in sysfs and in QEMU's traces.</summary>
    public string Name => Id.ToString();

    /// <summary>The path that QEMU's <c>sysfsdev</c> wants.</summary>
    public string SysfsPath => $"/sys/bus/mdev/devices/{Id}";

    /// <summary>What makes it, in the lab's shell.</summary>
    internal string CreateCommand => $"echo {Id} > /sys/class/mdev_bus/{Type.Split('-')[0]}/mdev_supported_types/{Type}/create";
}
