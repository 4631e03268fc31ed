using System.Globalization;

namespace QemuTest.Vfio;

/// <summary>Firmware of a guest that runs, needs no processor time and touches no device.</summary>
internal static class HaltingFirmware
{
    private const int Size = 64 * 1024;
    private const int ResetVector = Size - 16;

    // cli; hlt; jmp back to the hlt's cli.
    private static ReadOnlySpan<byte> Code => [0xfa, 0xf4, 0xeb, 0xfd];

    /// <summary>Writes the firmware to a file of this host.</summary>
    public static void Write(string path)
    {
        byte[] image = new byte[Size];
        Code.CopyTo(image.AsSpan(ResetVector));
        File.WriteAllBytes(path, image);
    }

    /// <summary>Gets a shell script that writes the same firmware to a file.</summary>
    public static string WriteScript(string path)
    {
        string code = string.Concat(Code.ToArray().Select(value => $"\\{Convert.ToString(value, 8)}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            dd if=/dev/zero of={path} bs={Size} count=1 2>/dev/null
            printf '{code}' | dd of={path} bs=1 seek={ResetVector} conv=notrunc 2>/dev/null

            """);
    }
}
