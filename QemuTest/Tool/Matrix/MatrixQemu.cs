namespace QemuTest.Tool;

/// <summary>A QEMU to run tests on.</summary>
/// <param name="Name">The name of its column: its version, with what the user named if another QEMU has the same version.</param>
/// <param name="Version">The version, for example 10.0.2.</param>
/// <param name="Path">A folder with an emulator for each target, or one emulator.</param>
internal sealed record MatrixQemu(string Name, Version Version, string Path)
{
    /// <summary>Gets the variables that make tests take every emulator from here; null removes a variable.</summary>
    public IReadOnlyDictionary<string, string?> Variables
    {
        get
        {
            // Not PATH: a folder of unpacked packages has programs other than QEMU, which this machine may not be able to run.
            string? folder = Directory.Exists(Path) ? Path : null;
            return new Dictionary<string, string?>
            {
                ["MESON_BUILD_ROOT"] = null,
                ["QEMU_BUILD_ROOT"] = folder,
                ["QEMU_TEST_QEMU_BINARY"] = folder is null ? Path : null,
                ["QEMU_TEST_QEMU_BINARY_DST"] = null,
            };
        }
    }
}
