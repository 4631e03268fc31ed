using QemuTest.NUnit;

namespace QemuTest.Tests.Host.Samples;

/// <summary>A test that fails after QEMU's firmware and QEMU itself have written to their logs.</summary>
[Target("x86_64")]
public sealed class FailingConsoleSample : QemuSystemTest
{
    [Test]
    public async Task Fails()
    {
        // Without graphics, the firmware writes to the serial port.
        Vm.SetMachine("pc,graphics=off");
        Vm.AddArgs("-trace", "no_such_event_for_the_log");
        Vm.SetConsole();
        await Vm.LaunchAsync(Token);
        await WaitForConsolePatternAsync("SeaBIOS");
        Assert.Fail("as it should");
    }
}
