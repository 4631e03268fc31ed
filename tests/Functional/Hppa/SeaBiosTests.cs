namespace QemuTest.Functional.Hppa;

[Quick]
[Target("hppa")]
public sealed class SeaBiosTests : QemuSystemTest
{
    [TestCase("B160L", 32)]
    [TestCase("C3700", 64)]
    [TestCase("A400", 64)]
    public async Task The_firmware_starts_and_names_the_machine(string machine, int bits)
    {
        await SetMachineAsync(machine);
        Vm.AddArgs("-no-shutdown");
        Vm.SetConsole();
        await Vm.LaunchAsync(Token);

        await WaitForConsolePatternAsync($"SeaBIOS PA-RISC {bits}-bit Firmware");
        await WaitForConsolePatternAsync($"Emulated machine:     HP {machine} ({bits}-bit");
    }
}
