namespace QemuTest.Functional.Generic;

/// <summary>A test of an Aspeed BMC, which boots from its flash.</summary>
/// <remarks><c>aspeed.AspeedTest</c> in QEMU's own tests.</remarks>
public abstract class AspeedTest : LinuxKernelTest
{
    private const int OtpSize = 16 * 1024;

    /// <summary>Writes an image of empty one-time-programmable memory into scratch: 16 KiB, alternately four 0x00 and four 0xff
    /// bytes.</summary>
    /// <returns>The path of the image.</returns>
    public string GenerateOtpMemoryImage()
    {
        string path = ScratchFile("otpmem.img");
        File.WriteAllBytes(path, [.. Enumerable.Range(0, OtpSize).Select(i => (byte)(i % 8 < 4 ? 0 : 0xff))]);
        return path;
    }
}
