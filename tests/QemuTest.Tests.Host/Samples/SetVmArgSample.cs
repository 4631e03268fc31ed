using QemuTest.NUnit;

namespace QemuTest.Tests.Host.Samples;

/// <summary>Sets options of a machine that is not launched.</summary>
[Target("x86_64")]
public sealed class SetVmArgSample : QemuSystemTest
{
    [Test]
    public void Sets_options()
    {
        Cpu = "qemu64";
        Vm.AddArgs("-append", "one", "-S", "-append");

        SetVmArg("-cpu", "max");
        SetVmArg("-append", "two");
        SetVmArg("-m", "1G");
        SetVmArg("-smp", "");
        SetVmArg("", "ignored");
        string[] replaced = [.. Vm.Args];
        Vm.Args.RemoveAt(Vm.Args.Count - 1);
        SetVmArg("-m", "2G");

        Assert.That(replaced, Is.EqualTo(new[] { "-cpu", "max", "-append", "two", "-S", "-append", "-m", "1G" }));
        Assert.That(Vm.Args, Is.EqualTo(new[] { "-cpu", "max", "-append", "two", "-S", "-append", "-m", "2G" }));
    }
}
