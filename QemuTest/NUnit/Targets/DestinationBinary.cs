using QemuTest.Machines;

namespace QemuTest.NUnit;

/// <summary>The QEMU of migration destinations.</summary>
internal static class DestinationBinary
{
    public const string Variable = "QEMU_TEST_QEMU_BINARY_DST";

    /// <summary>Gets the destination's binary for a source's: the value of <c>QEMU_TEST_QEMU_BINARY_DST</c>; if that is a folder, the binary of the
    /// same name in it; if it is unset, the source's binary.</summary>
    /// <exception cref="QemuBinaryException">The folder has no such binary.</exception>
    public static string For(string source)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } chosen)
            return source;
        if (!Directory.Exists(chosen))
            return chosen;
        string binary = Path.Combine(chosen, Path.GetFileName(source));
        return File.Exists(binary)
            ? binary
            : throw new QemuBinaryException($"{Variable} is the folder '{chosen}', which has no {Path.GetFileName(source)}.");
    }
}
