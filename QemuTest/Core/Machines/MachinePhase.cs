namespace QemuTest.Machines;

/// <summary>Identifies the part of a machine's life in which an error occurred.</summary>
public enum MachinePhase
{
    /// <summary>QEMU was started, and ended before its monitor answered.</summary>
    Launch,

    /// <summary>QEMU was running, but the greeting and negotiation of its monitor did not succeed.</summary>
    Greeting,

    /// <summary>QEMU was in use.</summary>
    Running,

    /// <summary>QEMU was asked to quit.</summary>
    Shutdown,
}
