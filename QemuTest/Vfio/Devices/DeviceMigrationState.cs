namespace QemuTest.Vfio;

/// <summary>The kernel's <c>enum vfio_device_mig_state</c>, with its numbers.</summary>
public enum DeviceMigrationState
{
    /// <summary>The device is lost until it is reset.</summary>
    Error = 0,

    /// <summary>Neither changes its state nor is it read or written.</summary>
    Stop = 1,

    /// <summary>Works.</summary>
    Running = 2,

    /// <summary>Stopped, and its state can be read.</summary>
    StopCopy = 3,

    /// <summary>Stopped, and its state can be written.</summary>
    Resuming = 4,

    /// <summary>Works, and starts nothing with other devices.</summary>
    RunningP2P = 5,

    /// <summary>Works, and what it has of its state can be read.</summary>
    PreCopy = 6,

    /// <summary>Both of the last two.</summary>
    PreCopyP2P = 7,
}
