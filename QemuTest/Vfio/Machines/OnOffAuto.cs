namespace QemuTest.Vfio;

/// <summary>A switch of QEMU with three values.</summary>
public enum OnOffAuto
{
    /// <summary>QEMU decides.</summary>
    Auto,

    /// <summary>On; QEMU fails where that is impossible.</summary>
    On,

    /// <summary>Off.</summary>
    Off,
}
