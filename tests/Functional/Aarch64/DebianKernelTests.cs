using QemuTest.Functional.Generic;

namespace QemuTest.Functional.Aarch64;

[Target("aarch64")]
public sealed class DebianKernelTests : DebianKernelTest
{
    private static readonly Asset Kernel = Asset.Named("debian/bookworm/linux-arm64/vmlinuz");
    private static readonly Asset Busybox = Asset.Named("debian/trixie/busybox-static-arm64/busybox");

    [Test]
    public async Task A_virt_machine_boots_to_a_shell_and_powers_off()
    {
        await SetMachineAsync("virt");
        Cpu = "cortex-a57";
        Vm.AddArgs("-m", "256", "-nic", "none");

        await BootAsync(Kernel, Busybox, "console=ttyAMA0", "aarch64");

        await ExecCommandAndWaitForPatternAsync("cat /sys/firmware/devicetree/base/compatible", "linux,dummy-virt");
        await PowerOffAsync();
    }
}
