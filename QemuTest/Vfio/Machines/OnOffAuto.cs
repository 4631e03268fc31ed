namespace QemuTest.Vfio;

/// <summary>QEMU's three-valued switch.</summary>
public enum OnOffAuto
{
    /// <summary>QEMU decides.</summary>
    Auto,

    /// <summary>Yes, or fail.</summary>
    On,

    /// <summary>No.</summary>
    Off,
}
