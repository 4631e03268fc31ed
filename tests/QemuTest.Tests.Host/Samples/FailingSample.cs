using QemuTest.NUnit;
using QemuTest.Qmp;

namespace QemuTest.Tests.Host.Samples;

/// <summary>A test that fails while its QEMU runs normally.</summary>
public sealed class FailingSample : QemuSystemTest
{
    public FailingSample() => QemuBin = SystemTargets.Installed()["x86_64"];

    [Test]
    public async Task Fails()
    {
        Vm.SetMachine("none");
        Vm.AddArgs("-trace", "no_such_event_for_the_log");
        await Vm.LaunchAsync(Token);
        await File.WriteAllTextAsync(ScratchFile("kept"), "for a while", Token);
        string version = await Vm.Qmp.HumanMonitorCommandAsync("info version", cancellationToken: Token);
        Assert.That(version, Is.EqualTo("what it never is"));
    }
}
