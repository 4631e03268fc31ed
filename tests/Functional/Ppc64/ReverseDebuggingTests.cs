namespace QemuTest.Functional.Ppc64;

/// <summary>Debugs recorded firmware backwards.</summary>
[Quick]
[Target("ppc64")]
public sealed class ReverseDebuggingTests : ReverseDebuggingTest
{
    [Test]
    [SkipFlakyTest("https://gitlab.com/qemu-project/qemu/-/issues/1992")]
    public async Task The_firmware_of_pseries_is_debugged_backwards()
    {
        await SetMachineAsync("pseries");
        await ReverseDebuggingAsync("powerpc:common64", bigEndian: true);
    }

    [Test]
    [SkipFlakyTest("https://gitlab.com/qemu-project/qemu/-/issues/1992")]
    public async Task The_firmware_of_powernv_is_debugged_backwards()
    {
        await SetMachineAsync("powernv");
        await ReverseDebuggingAsync("powerpc:common64", bigEndian: true);
    }
}
