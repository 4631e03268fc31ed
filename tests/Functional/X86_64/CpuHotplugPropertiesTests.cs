namespace QemuTest.Functional.X86_64;

[Quick]
[Target("x86_64")]
public sealed class CpuHotplugPropertiesTests : QemuSystemTest
{
    [Test]
    public async Task A_cpu_without_a_die_id_is_accepted()
    {
        await SetMachineAsync("pc");
        Vm.AddArgs(
            "-nodefaults", "-S",
            "-smp", "1,sockets=2,cores=2,threads=2,maxcpus=8",
            "-device", "qemu64-x86_64-cpu,socket-id=1,core-id=0,thread-id=0");
        await Vm.LaunchAsync(Token);

        Assert.That(await Vm.Qmp.QueryCpusFastAsync(cancellationToken: Token), Has.Count.EqualTo(2));
    }
}
