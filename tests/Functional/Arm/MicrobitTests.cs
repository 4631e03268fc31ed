namespace QemuTest.Functional.Arm;

/// <summary>Debian's MicroPython; QEMU's own test of this board uses another build.</summary>
[Thorough]
[Target("arm")]
public sealed class MicrobitTests : QemuSystemTest
{
    private static readonly Asset Firmware = Asset.Named("debian/bookworm/firmware-microbit-micropython/firmware.hex");

    [Test]
    public async Task MicroPython_answers_and_restarts_after_a_reset()
    {
        await SetMachineAsync("microbit");
        Vm.SetConsole();
        // The loader detects the format by the file name.
        string firmware = ScratchFile("firmware.hex");
        File.Copy(await Firmware.FetchAsync(Token), firmware);
        Vm.AddArgs("-device", $"loader,file={firmware}");
        await Vm.LaunchAsync(Token);

        await WaitForConsolePatternAsync("MicroPython v");
        await WaitForConsolePatternAsync(">>> ");
        await ExecCommandAndWaitForPatternAsync("6*7", "42");
        await ExecCommandAndWaitForPatternAsync("import microbit", ">>> ");
        await ExecCommandAndWaitForPatternAsync("microbit.reset()", "MicroPython v");
    }
}
