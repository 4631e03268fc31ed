namespace QemuTest.Vfio;

/// <summary>The path of a device's STOP_COPY state on one side, by that side's trace.</summary>
public enum DeviceStatePath
{
    /// <summary>The trace shows no transfer.</summary>
    NotSeen,

    /// <summary>The main migration channel, one device after the other.</summary>
    MainChannel,

    /// <summary>Multifd channels, with one thread per device.</summary>
    Multifd,

    /// <summary>Both, which QEMU never does by design.</summary>
    Both,
}
