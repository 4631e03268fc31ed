namespace QemuTest.Functional.Arm;

/// <summary>Debian's MicroPython; upstream's test of the same name has a build of its own.</summary>
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
        // The loader knows the format by the name.
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
