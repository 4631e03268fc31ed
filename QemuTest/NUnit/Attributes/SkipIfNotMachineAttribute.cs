using System.Runtime.InteropServices;

namespace QemuTest.NUnit;

/// <summary>Skips the test unless the host's architecture is one of these.</summary>
/// <remarks><c>qemu_test.skipIfNotMachine</c> in QEMU's own framework.</remarks>
/// <param name="machines">Architectures by the kernel's names, for example <c>x86_64</c> or <c>aarch64</c>.</param>
public sealed class SkipIfNotMachineAttribute(params string[] machines) : SkipAttribute
{
    private static string Here => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "x86_64",
        Architecture.X86 => "i686",
        Architecture.Arm64 => "aarch64",
        Architecture.Arm => "armv7l",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <inheritdoc/>
    internal override string? Reason() =>
        machines.Contains(Here) ? null : $"the host is {Here}; the test needs {string.Join(" or ", machines)}";
}
