namespace QemuTest.Functional.Riscv64;

/// <summary>The default firmware of both RISC-V targets.</summary>
public abstract class OpenSbiTest : QemuSystemTest
{
    [TestCase("spike")]
    [TestCase("sifive_u")]
    [TestCase("virt")]
    public async Task OpenSBI_starts_and_describes_the_boot_hart(string machine)
    {
        await SetMachineAsync(machine);
        await RequireFirmwareAsync($"opensbi-{Arch}-generic-fw_dynamic.bin");
        Vm.SetConsole();
        await Vm.LaunchAsync(Token);

        await WaitForConsolePatternAsync("Platform Name");
        await WaitForConsolePatternAsync("Boot HART MEDELEG");
    }
}
