namespace QemuTest.Vfio;

/// <summary>Which way a device's STOP_COPY state took on one side, by that side's trace.</summary>
public enum DeviceStatePath
{
    /// <summary>No trace of it.</summary>
    NotSeen,

    /// <summary>The main migration channel, one device after the other.</summary>
    MainChannel,

    /// <summary>Multifd channels, a thread a device.</summary>
    Multifd,

    /// <summary>Traces of both ways, which QEMU never does by design.</summary>
    Both,
}
