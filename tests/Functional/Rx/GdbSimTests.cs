namespace QemuTest.Functional.Rx;

[Thorough]
[Target("rx")]
public sealed class GdbSimTests : QemuSystemTest
{
    private static readonly Asset Uboot = Asset.Named("upstream/gdbsim/uboot");
    private static readonly Asset Kernel = Asset.Named("upstream/gdbsim/kernel");
    private static readonly Asset DeviceTree = Asset.Named("upstream/gdbsim/dtb");

    [Test]
    public async Task UBoot_prints_its_version_and_its_prompt()
    {
        await SetMachineAsync("gdbsim-r5f562n8");
        Vm.SetConsole();
        Vm.AddArgs("-bios", await Uboot.FetchAsync(Token));
        await Vm.LaunchAsync(Token);

        await WaitForConsolePatternAsync("U-Boot 2016.05-rc3-23705-ga1ef3c71cb-dirty");
        await WaitForConsolePatternAsync("=> ");
    }

    [Test]
    [SkipFlakyTest("https://gitlab.com/qemu-project/qemu/-/issues/2691")]
    public async Task Linux_boots_to_a_shell_that_answers()
    {
        await SetMachineAsync("gdbsim-r5f562n7");
        Vm.SetConsole();
        Vm.AddArgs("-kernel", await Kernel.FetchAsync(Token), "-dtb", await DeviceTree.FetchAsync(Token), "-no-reboot");
        await Vm.LaunchAsync(Token);

        await WaitForConsolePatternAsync("Sash command shell (version 1.1.1)", failure: "Kernel panic - not syncing");
        await ExecCommandAndWaitForPatternAsync("printenv", "TERM=linux");
    }
}
