using System.Diagnostics;
using QemuTest.Fixtures;

namespace QemuTest.Tests.Host.Samples;

/// <summary>A test that passes, and whose QEMU hangs when it is to be shut down.</summary>
[Target("x86_64")]
public sealed class HungQemuSample : QemuSystemTest
{
    [Test]
    public async Task Passes_but_its_QEMU_hangs()
    {
        ShutdownLimit = TimeSpan.FromSeconds(2);
        Vm.SetMachine("none");
        await Vm.LaunchAsync(Token);
        using Process stop = Process.Start("kill", ["-STOP", $"{Vm.ProcessId}"]);
        await stop.WaitForExitAsync(Token);
        Assert.That(Vm.IsRunning);
    }
}
