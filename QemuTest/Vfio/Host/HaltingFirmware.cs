namespace QemuTest.Vfio;

/// <summary>Firmware for a guest that runs, costs nothing and touches no device; in the lab <see cref="LabSnapshot"/> writes the same.</summary>
internal static class HaltingFirmware
{
    private const int Size = 64 * 1024;
    private const int ResetVector = Size - 16;

    // cli; hlt; jmp back to the hlt's cli.
    private static ReadOnlySpan<byte> Code => [0xfa, 0xf4, 0xeb, 0xfd];

    public static void Write(string path)
    {
        byte[] image = new byte[Size];
        Code.CopyTo(image.AsSpan(ResetVector));
        File.WriteAllBytes(path, image);
    }
}
