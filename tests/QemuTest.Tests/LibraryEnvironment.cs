namespace QemuTest.Tests;

/// <summary>These tests are about the library, on the QEMUs that are installed: the binary to test is not theirs.</summary>
[SetUpFixture]
public sealed class LibraryEnvironment
{
    [OneTimeSetUp]
    public static void Choose_no_binary() => Environment.SetEnvironmentVariable("QEMU_TEST_QEMU_BINARY", null);
}
