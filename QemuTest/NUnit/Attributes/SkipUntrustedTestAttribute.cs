namespace QemuTest.NUnit;

/// <summary>Skips the test unless <c>QEMU_TEST_ALLOW_UNTRUSTED_CODE</c> is set and not empty. Equals upstream's <c>skipUntrustedTest</c>.</summary>
public sealed class SkipUntrustedTestAttribute : SkipAttribute
{
    private const string Variable = "QEMU_TEST_ALLOW_UNTRUSTED_CODE";

    /// <inheritdoc/>
    internal override string? Reason() => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable))
        ? $"Test runs untrusted code or processes untrusted data; set {Variable} to run it"
        : null;
}
