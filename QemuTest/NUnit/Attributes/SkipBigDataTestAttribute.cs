namespace QemuTest.NUnit;

/// <summary>Skips the test unless <c>QEMU_TEST_ALLOW_LARGE_STORAGE</c> is set and not empty.</summary>
/// <remarks><c>qemu_test.skipBigDataTest</c> in QEMU's own framework.</remarks>
public sealed class SkipBigDataTestAttribute : SkipAttribute
{
    private const string Variable = "QEMU_TEST_ALLOW_LARGE_STORAGE";

    /// <inheritdoc/>
    internal override string? Reason() => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable))
        ? $"Test requires large host storage space; set {Variable} to run it"
        : null;
}
