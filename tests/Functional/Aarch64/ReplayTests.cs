namespace QemuTest.Functional.Aarch64;

[Thorough]
[Target("aarch64")]
public sealed class ReplayTests : ReplayKernelTest
{
    private static readonly Asset Kernel = Asset.Named("debian/bookworm/linux-arm64/vmlinuz");

    [Test]
    public async Task A_Debian_kernel_boot_replays_identically()
    {
        await SetMachineAsync("virt");
        Cpu = "cortex-a53";
        // This message comes well after the first timer interrupts.
        await RecordAndReplayAsync(
            await Kernel.FetchAsync(Token), ReplayKernelCommandLine + "console=ttyAMA0", "devtmpfs: initialized", shift: 5, "-m", "256");
    }
}
