namespace QemuTest.Functional.Avr;

[Thorough]
[Target("avr")]
public sealed class UnoTests : QemuSystemTest
{
    private static readonly Asset Program = Asset.Named("upstream/uno/uno");

    [Test]
    public async Task The_program_on_an_Arduino_Uno_prints_a_message()
    {
        await SetMachineAsync("arduino-uno");
        Vm.SetConsole();
        Vm.AddArgs("-bios", await Program.FetchAsync(Token));
        await Vm.LaunchAsync(Token);

        await WaitForConsolePatternAsync("LED Blink");
    }
}
