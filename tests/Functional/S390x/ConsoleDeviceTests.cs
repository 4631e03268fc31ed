namespace QemuTest.Functional.S390x;

[Quick]
[Target("s390x")]
public sealed class ConsoleDeviceTests : QemuSystemTest
{
    [Test]
    public async Task A_machine_without_a_default_console_gets_a_console_device()
    {
        await SetMachineAsync("s390-ccw-virtio");
        await RequireDeviceAsync("sclpconsole");
        // Without a boot device, the firmware stops the machine, possibly before the monitor's greeting.
        Vm.AddArgs("-nodefaults", "-no-shutdown");
        Vm.SetConsole("sclpconsole");
        await Vm.LaunchAsync(Token);

        await WaitForConsolePatternAsync("LOADPARM=");
    }
}
