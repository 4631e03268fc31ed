using QemuTest.NUnit;
using QemuTest.Processes;

namespace QemuTest.Tests.Host.Samples;

/// <summary>A test that passes, but whose QEMU hangs at the shutdown.</summary>
public sealed class HungQemuSample : QemuSystemTest
{
    public HungQemuSample() => QemuBin = SystemTargets.Installed()["x86_64"];

    [Test]
    public async Task Passes_but_its_QEMU_hangs()
    {
        ShutdownTimeout = TimeSpan.FromSeconds(2);
        Vm.SetMachine("none");
        await Vm.LaunchAsync(Token);
        Signals.Send(Vm.ProcessId!.Value, Signal.Stop);
        Assert.That(Vm.IsRunning);
    }
}
