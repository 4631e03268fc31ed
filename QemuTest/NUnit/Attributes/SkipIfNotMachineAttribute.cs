using System.Runtime.InteropServices;

namespace QemuTest.NUnit;

/// <summary>Skips the test unless the host is one of these. Equals upstream's <c>skipIfNotMachine</c>.</summary>
/// <param name="machines">The kernel's names, for example <c>x86_64</c> or <c>aarch64</c>.</param>
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
        machines.Contains(Here) ? null : $"not running on one of the required machine(s) \"{string.Join(", ", machines)}\" but on {Here}";
}
