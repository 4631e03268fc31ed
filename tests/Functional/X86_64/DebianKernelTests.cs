using QemuTest.Functional.Generic;

namespace QemuTest.Functional.X86_64;

[Target("x86_64")]
public sealed class DebianKernelTests : DebianKernelTest
{
    private static readonly Asset Kernel = Asset.Named("debian/bookworm/linux-cloud-amd64/vmlinuz");
    private static readonly Asset Busybox = Asset.Named("debian/bookworm/busybox-static-amd64/busybox");

    [Test]
    public async Task A_cloud_kernel_boots_to_a_shell_and_powers_off()
    {
        await SetMachineAsync("q35");
        Vm.AddArgs("-accel", "tcg", "-m", "256", "-nic", "none");

        await BootAsync(Kernel, Busybox, "console=ttyS0", "x86_64");

        await ExecCommandAndWaitForPatternAsync("cat /sys/class/dmi/id/product_name", "Standard PC (Q35");
        await PowerOffAsync();
    }

    [Test]
    public async Task A_kernel_panic_fails_the_wait_immediately()
    {
        await SetMachineAsync("q35");
        Vm.AddArgs("-accel", "tcg", "-m", "256", "-nic", "none");
        await LaunchAsync(Kernel, Busybox, "console=ttyS0 rdinit=/bin/ls init=/no/such/program");

        Assert.That(
            () => WaitForConsolePatternAsync("a shell that never comes"),
            Throws.TypeOf<ConsoleFailurePatternException>().With.Message.Contains("Kernel panic - not syncing"));
    }
}
