namespace QemuTest.NUnit;

/// <summary>Skips the test unless <c>QEMU_TEST_ALLOW_UNTRUSTED_CODE</c> is set and not empty.</summary>
/// <remarks><c>qemu_test.skipUntrustedTest</c> in QEMU's own framework.</remarks>
public sealed class SkipUntrustedTestAttribute : SkipAttribute
{
    private const string Variable = "QEMU_TEST_ALLOW_UNTRUSTED_CODE";

    /// <inheritdoc/>
    internal override string? Reason() => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable))
        ? $"Test runs untrusted code or processes untrusted data; set {Variable} to run it"
        : null;
}
