using System.Diagnostics;
using QemuTest.Fixtures;

namespace QemuTest.Tests.Host.Samples;

/// <summary>A test that passes, and whose QEMU has crashed by the time of the shutdown.</summary>
[Target("x86_64")]
public sealed class CrashingQemuSample : QemuSystemTest
{
    [Test]
    public async Task Passes_but_its_QEMU_crashes()
    {
        Vm.SetMachine("none");
        await Vm.LaunchAsync(Token);
        using Process crash = Process.Start("kill", ["-SEGV", $"{Vm.ProcessId}"]);
        await crash.WaitForExitAsync(Token);
        Assert.That(await Vm.Qmp.Closed.WaitAsync(TimeSpan.FromSeconds(10), Token), Is.Null.Or.InstanceOf<Exception>());
    }
}
