using QemuTest.NUnit;
using QemuTest.Processes;

namespace QemuTest.Tests.Host.Samples;

/// <summary>A test that passes, but whose QEMU crashes before the shutdown.</summary>
public sealed class CrashingQemuSample : QemuSystemTest
{
    public CrashingQemuSample() => QemuBin = SystemTargets.Installed()["x86_64"];

    [Test]
    public async Task Passes_but_its_QEMU_crashes()
    {
        Vm.SetMachine("none");
        await Vm.LaunchAsync(Token);
        Signals.Send(Vm.ProcessId!.Value, Signal.SegmentationFault);
        Assert.That(await Vm.Qmp.Closed.WaitAsync(Timeouts.Scale(TimeSpan.FromSeconds(60)), Token), Is.Null.Or.InstanceOf<Exception>());
    }
}
