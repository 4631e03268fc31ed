using QemuTest.Functional.Generic;

namespace QemuTest.Functional.S390x;

[Target("s390x")]
public sealed class DebianKernelTests : DebianKernelTest
{
    private static readonly Asset Kernel = Asset.Named("debian/bookworm/linux-s390x/vmlinuz");
    private static readonly Asset Busybox = Asset.Named("debian/trixie/busybox-static-s390x/busybox");

    [Test]
    public async Task A_mainframe_boots_to_a_shell_and_powers_off()
    {
        await SetMachineAsync("s390-ccw-virtio");
        Vm.AddArgs("-m", "512", "-smp", "2", "-nic", "none");

        await BootAsync(Kernel, Busybox, "console=ttysclp0", "s390x");

        await ExecCommandAndWaitForPatternAsync("cat /proc/cpuinfo", "# processors    : 2");
        await PowerOffAsync();
    }
}
