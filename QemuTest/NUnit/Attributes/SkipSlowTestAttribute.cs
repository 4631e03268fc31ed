namespace QemuTest.NUnit;

/// <summary>Skips the test unless <c>QEMU_TEST_ALLOW_SLOW</c> is set and not empty.</summary>
/// <remarks><c>qemu_test.skipSlowTest</c> in QEMU's own framework.</remarks>
public sealed class SkipSlowTestAttribute : SkipAttribute
{
    private const string Variable = "QEMU_TEST_ALLOW_SLOW";

    /// <inheritdoc/>
    internal override string? Reason() => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable))
        ? $"Test has a very long runtime; set {Variable} to run it"
        : null;
}
