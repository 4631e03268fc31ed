namespace QemuTest.Functional.Ppc;

[Quick]
[Target("ppc")]
public sealed class Prep40pTests : QemuSystemTest
{
    [Test]
    public async Task OpenBIOS_sees_192_megabytes()
    {
        await RequireAcceleratorAsync("tcg");
        await SetMachineAsync("40p");
        Vm.SetConsole();
        Vm.AddArgs("-m", "192");
        await Vm.LaunchAsync(Token);

        await WaitForConsolePatternAsync(">> OpenBIOS");
        await WaitForConsolePatternAsync(">> Memory: 192M");
        await WaitForConsolePatternAsync(">> CPU type PowerPC,604");
    }
}
