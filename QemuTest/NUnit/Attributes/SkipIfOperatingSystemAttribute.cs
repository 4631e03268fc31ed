namespace QemuTest.NUnit;

/// <summary>Skips the test on these operating systems. Equals upstream's <c>skipIfOperatingSystem</c>.</summary>
/// <param name="systems">Any of <c>Linux</c>, <c>Darwin</c>, <c>Windows</c>.</param>
public sealed class SkipIfOperatingSystemAttribute(params string[] systems) : SkipAttribute
{
    private static string Here => OperatingSystem.IsMacOS() ? "Darwin" : OperatingSystem.IsWindows() ? "Windows" : "Linux";

    /// <inheritdoc/>
    internal override string? Reason() => systems.Contains(Here) ? $"running on an OS ({Here}) that this test does not work on" : null;
}
