using QemuTest.Machines;
using QemuTest.NUnit;

namespace QemuTest.Tests.Host.Samples;

/// <summary>Settings that come too late to have an effect.</summary>
public sealed class LateSettingsSample : QemuSystemTest
{
    public LateSettingsSample() => QemuBin = SystemTargets.Installed()["x86_64"];

    [Test]
    public async Task SetMachineAsync_after_Vm()
    {
        Vm.AddArgs("-S");
        await SetMachineAsync("q35");
    }

    [Test]
    public void Cpu_after_GetVm()
    {
        GetVm("other");
        Cpu = "max";
    }

    [Test]
    public async Task SetVmArg_after_the_launch()
    {
        await SetMachineAsync("none");
        await Vm.LaunchAsync(Token);
        SetVmArg("-m", "1G");
    }

    [Test]
    public void GetVm_with_other_arguments()
    {
        GetVm("one", "-S");
        GetVm("one", "-S", "-nodefaults");
    }

    [Test]
    public void GetVm_again()
    {
        QemuMachine first = GetVm("one", "-S");
        QemuMachine sameArguments = GetVm("one", "-S");
        QemuMachine noArguments = GetVm("one");

        Assert.That(sameArguments, Is.SameAs(first));
        Assert.That(noArguments, Is.SameAs(first));
    }
}
