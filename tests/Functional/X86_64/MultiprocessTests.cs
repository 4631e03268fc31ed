using QemuTest.Functional.Generic;

namespace QemuTest.Functional.X86_64;

[Thorough]
[Target("x86_64")]
public sealed class MultiprocessTests : MultiprocessTest
{
    private static readonly Asset Kernel = Asset.Named("debian/bookworm/linux-cloud-amd64/vmlinuz");
    private static readonly Asset Busybox = Asset.Named("debian/bookworm/busybox-static-amd64/busybox");

    [Test]
    public async Task A_guest_sees_the_adapter_of_another_QEMU()
    {
        string initrd = ScratchFile("initrd.gz");
        await BusyboxGuest.WriteInitrdAsync(Busybox, initrd, cancellationToken: Token);

        await RunMultiprocessAsync(await Kernel.FetchAsync(Token), initrd, "printk.time=0 console=ttyS0", "pc");
    }
}
