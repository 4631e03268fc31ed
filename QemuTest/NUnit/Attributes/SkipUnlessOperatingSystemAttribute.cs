namespace QemuTest.NUnit;

/// <summary>Skips the test on operating systems other than these.</summary>
/// <remarks><c>qemu_test.skipUnlessOperatingSystem</c> in QEMU's own framework.</remarks>
/// <param name="systems">Any of <c>Linux</c>, <c>Darwin</c>, <c>Windows</c>.</param>
public sealed class SkipUnlessOperatingSystemAttribute(params string[] systems) : SkipAttribute
{
    /// <inheritdoc/>
    internal override string? Reason() => systems.Contains(SkipIfOperatingSystemAttribute.Here)
        ? null
        : $"the test works only on {string.Join(", ", systems)}, not on {SkipIfOperatingSystemAttribute.Here}";
}
