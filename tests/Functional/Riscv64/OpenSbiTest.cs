namespace QemuTest.Functional.Riscv64;

/// <summary>The default firmware of both RISC-V targets.</summary>
public abstract class OpenSbiTest : QemuSystemTest
{
    // 7.2 loses output, 10.0 does not. Versions between them were not tried.
    private static readonly Version FirstReliableConsole = new(10, 0);

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
        Version version = (await QemuBinary.OpenAsync(QemuBin, Token)).Version;
        if (version >= FirstReliableConsole)
            await WaitForConsolePatternAsync("Boot HART MEDELEG");
        else
            AssertRight(MachineFindings.LostFirmwareOutput, await OutcomeAsync(), $"{version}");
    }

    private async Task<string> OutcomeAsync()
    {
        try
        {
            await WaitForConsolePatternAsync("Boot HART MEDELEG", TimeSpan.FromSeconds(10));
            return "complete";
        }
        catch (ConsoleTimeoutException)
        {
            return "ends early";
        }
    }
}
