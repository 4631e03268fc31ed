namespace QemuTest.Vfio;

/// <summary>The migration states of a VFIO device: the kernel's <c>enum vfio_device_mig_state</c>, with its numbers.</summary>
public enum DeviceMigrationState
{
    /// <summary>The device has failed; only a reset helps.</summary>
    Error = 0,

    /// <summary>Stopped; the state is neither read nor written.</summary>
    Stop = 1,

    /// <summary>Running.</summary>
    Running = 2,

    /// <summary>Stopped; the state can be read.</summary>
    StopCopy = 3,

    /// <summary>Stopped; the state can be written.</summary>
    Resuming = 4,

    /// <summary>Running, but not starting any access to another device.</summary>
    RunningP2P = 5,

    /// <summary>Running; a first part of the state can be read.</summary>
    PreCopy = 6,

    /// <summary><see cref="PreCopy"/> and <see cref="RunningP2P"/> combined.</summary>
    PreCopyP2P = 7,
}
