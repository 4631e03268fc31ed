namespace QemuTest.Functional.Generic;

[Quick]
[EverySystemTarget]
public sealed class InfoUsernetTests : QemuSystemTest
{
    [Test]
    public async Task The_kernel_picks_the_port_of_a_host_forward_to_port_0()
    {
        await RequireNetdevAsync("user");
        await SetMachineAsync("none");
        Vm.AddArgs("-netdev", "user,id=vnet,hostfwd=:127.0.0.1:0-:22");
        await Vm.LaunchAsync(Token);

        string report = await Usernet.ReadAsync(Vm.Qmp, Token);

        Assert.That(Usernet.ForwardedPort(report, guestPort: 22), Is.GreaterThan(0), report);
    }
}
