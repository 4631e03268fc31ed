using QemuTest.Displays;

namespace QemuTest.Functional.X86_64;

[Quick]
[Target("x86_64")]
[SkipIfMissingCommands(Ocr.Program)]
public sealed class ScreenTextTests : QemuSystemTest
{
    // QEMU sends no event for a change of the screen.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(500);

    [Test]
    public async Task The_firmware_text_is_read_from_the_screen()
    {
        await SetMachineAsync("pc");
        Vm.AddArgs("-nodefaults", "-device", "VGA");
        await Vm.LaunchAsync(Token);
        string picture = LogFile("screen.ppm");
        using var timer = new PeriodicTimer(LookAgain);

        string text;
        do
        {
            Assert.That(await timer.WaitForNextTickAsync(Token));
            await Vm.Qmp.ScreendumpAsync(picture, cancellationToken: Token);
            text = string.Join('\n', await Ocr.ReadLinesAsync(picture, Token));
            Log(text);
        }
        while (!text.Contains("No bootable device", StringComparison.OrdinalIgnoreCase));

        Assert.That(text, Does.Contain("SeaBIOS"));
    }
}
