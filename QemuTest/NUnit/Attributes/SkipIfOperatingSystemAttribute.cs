namespace QemuTest.NUnit;

/// <summary>Skips the test on these operating systems.</summary>
/// <remarks><c>qemu_test.skipIfOperatingSystem</c> in QEMU's own framework.</remarks>
/// <param name="systems">Any of <c>Linux</c>, <c>Darwin</c>, <c>Windows</c>.</param>
public sealed class SkipIfOperatingSystemAttribute(params string[] systems) : SkipAttribute
{
    internal static string Here => OperatingSystem.IsMacOS() ? "Darwin" : OperatingSystem.IsWindows() ? "Windows" : "Linux";

    /// <inheritdoc/>
    internal override string? Reason() => systems.Contains(Here) ? $"the test does not work on {Here}" : null;
}
