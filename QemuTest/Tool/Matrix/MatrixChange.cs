namespace QemuTest.Tool;

/// <summary>A test with another outcome on the next QEMU.</summary>
/// <param name="Test">The test's full name.</param>
/// <param name="Before">The outcome on the earlier QEMU; null if the test does not exist there.</param>
/// <param name="After">The outcome on the later one.</param>
internal sealed record MatrixChange(string Test, TestOutcome? Before, TestOutcome? After);
