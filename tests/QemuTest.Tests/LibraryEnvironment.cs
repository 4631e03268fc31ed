namespace QemuTest.Tests;

/// <summary>Unsets <c>QEMU_TEST_QEMU_BINARY</c>: these tests are for the library, with the installed QEMUs.</summary>
[SetUpFixture]
public sealed class LibraryEnvironment
{
    [OneTimeSetUp]
    public static void Choose_no_binary() => Environment.SetEnvironmentVariable("QEMU_TEST_QEMU_BINARY", null);
}
