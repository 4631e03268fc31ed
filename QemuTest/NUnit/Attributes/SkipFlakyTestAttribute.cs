namespace QemuTest.NUnit;

/// <summary>Skips the test unless <c>QEMU_TEST_FLAKY_TESTS</c> is set and not empty.</summary>
/// <remarks><c>qemu_test.skipFlakyTest</c> in QEMU's own framework.</remarks>
/// <param name="why">Why the test is unstable: the URL of a bug report, or a sentence.</param>
public sealed class SkipFlakyTestAttribute(string why) : SkipAttribute
{
    private const string Variable = "QEMU_TEST_FLAKY_TESTS";

    /// <inheritdoc/>
    internal override string? Reason() => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable))
        ? $"Test is unstable: {why}; set {Variable} to run it"
        : null;
}
