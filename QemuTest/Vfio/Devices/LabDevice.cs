namespace QemuTest.Vfio;

/// <summary>A software VFIO device in the lab.</summary>
/// <param name="Id">The UUID: the device's name in sysfs and in QEMU's traces and errors.</param>
/// <param name="Type">The mdev type, for example <c>mtty-1</c>.</param>
public record LabDevice(Guid Id, string Type)
{
    /// <summary>Gets the name in sysfs and in QEMU's traces.</summary>
    public string Name => Id.ToString();

    /// <summary>Gets the value for QEMU's property <c>sysfsdev</c>.</summary>
    public string SysfsPath => $"/sys/bus/mdev/devices/{Id}";

    /// <summary>Gets the shell command that creates it.</summary>
    internal string CreateCommand => $"echo {Id} > /sys/class/mdev_bus/{Type.Split('-')[0]}/mdev_supported_types/{Type}/create";
}
