using QemuTest.Functional.Generic;
namespace QemuTest.Functional.Arm;

[Thorough]
[TestTimeout(180)]
[Target("arm")]
public sealed class AspeedRainierTests : AspeedTest
{
    private static readonly Asset Kernel = Asset.Named("debian/bookworm/linux-armmp-armhf/vmlinuz");
    private static readonly Asset DeviceTree = Asset.Named("debian/bookworm/linux-armmp-armhf/aspeed-bmc-ibm-rainier.dtb");

    [Test]
    public async Task A_Debian_kernel_starts_both_processors_and_reports_a_missing_root()
    {
        await SetMachineAsync("rainier-bmc");
        ConsoleTimeout = TimeSpan.FromSeconds(90);
        Vm.AddArgs("-no-reboot", "-append", $"{KernelCommonCommandLine}console=ttyS4,115200n8 earlycon=uart8250,mmio32,0x1e784000");
        await LaunchKernelAsync(await Kernel.FetchAsync(Token), dtb: await DeviceTree.FetchAsync(Token));

        await WaitForConsolePatternAsync("Booting Linux on physical CPU 0xf00");
        await WaitForConsolePatternAsync("Machine model: Rainier");
        await WaitForConsolePatternAsync("SMP: Total of 2 processors activated");
        await WaitForConsolePatternAsync("Unable to mount root fs", failure: "Oops");
    }

    [Test]
    public void An_empty_one_time_programmable_memory_repeats_eight_bytes()
    {
        byte[] image = File.ReadAllBytes(GenerateOtpMemoryImage());

        Assert.That(image, Has.Length.EqualTo(16384));
        Assert.That(image.Chunk(8), Is.All.EqualTo(new byte[] { 0, 0, 0, 0, 255, 255, 255, 255 }));
    }
}
