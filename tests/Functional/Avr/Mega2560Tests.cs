namespace QemuTest.Functional.Avr;

[Thorough]
[Target("avr")]
public sealed class Mega2560Tests : QemuSystemTest
{
    private static readonly Asset Program = Asset.Named("upstream/mega2560/rom");

    [Test]
    public async Task FreeRTOS_prints_its_alphabet_repeatedly()
    {
        await SetMachineAsync("arduino-mega-2560-v3");
        Vm.SetConsole();
        Vm.AddArgs("-bios", await Program.FetchAsync(Token));
        await Vm.LaunchAsync(Token);

        await WaitForConsolePatternAsync("XABCDEFGHIJKLMNOPQRSTUVWXABCDEFGHIJKLMNOPQRSTUVWX");
    }
}
