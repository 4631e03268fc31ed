namespace QemuTest.Functional.Ppc;

[Quick]
[Target("ppc")]
public sealed class Cpu74xxTests : QemuSystemTest
{
    [TestCase("7400", "G4")]
    [TestCase("7410", "74xx")]
    [TestCase("7441", "G4")]
    [TestCase("7445", "G4")]
    [TestCase("7447", "G4")]
    [TestCase("7447a", "G4")]
    [TestCase("7448", "MPC86xx")]
    [TestCase("7450", "G4")]
    [TestCase("7451", "G4")]
    [TestCase("7455", "G4")]
    [TestCase("7457", "G4")]
    [TestCase("7457a", "G4")]
    public async Task OpenBIOS_recognizes_the_cpu(string cpu, string type)
    {
        await RequireAcceleratorAsync("tcg");
        Cpu = cpu;
        await SetMachineAsync("g3beige");
        Vm.SetConsole();
        await Vm.LaunchAsync(Token);

        await WaitForConsolePatternAsync(">> OpenBIOS");
        await WaitForConsolePatternAsync($">> CPU type PowerPC,{type}");
    }
}
