using QemuTest.Assets;
using QemuTest.Fixtures;
using QemuTest.Functional.Generic;

namespace QemuTest.Functional.X86_64;

[Target("x86_64")]
public sealed class DebianKernelTests : DebianKernelTest
{
    private static readonly Asset Kernel = Asset.Named("debian/bookworm/linux-cloud-amd64/vmlinuz");
    private static readonly Asset Busybox = Asset.Named("debian/bookworm/busybox-static-amd64/busybox");

    [TestCase("q35", "console=ttyS0", "QEMU Standard PC (Q35")]
    [TestCase("microvm", "console=ttyS0 reboot=t", "")]
    public async Task A_cloud_kernel_boots_to_a_shell_and_powers_off(string machine, string commandLine, string product)
    {
        await SetMachineAsync(machine);
        Vm.AddArgs("-accel", "tcg", "-m", "256", "-nic", "none");

        await BootAsync(Kernel, Busybox, commandLine, "x86_64");

        if (product.Length > 0)
            await ExecCommandAndWaitForPatternAsync("cat /sys/class/dmi/id/product_name", product);
        await PowerOffAsync();
    }
}
