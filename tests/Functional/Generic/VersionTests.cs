namespace QemuTest.Functional.Generic;

[Quick]
[EverySystemTarget]
public sealed class VersionTests : QemuSystemTest
{
    [Test]
    public async Task The_monitor_reports_the_version()
    {
        await SetMachineAsync("none");
        Vm.AddArgs("-nodefaults");
        await Vm.LaunchAsync(Token);

        string version = await Vm.Qmp.HumanMonitorCommandAsync("info version", cancellationToken: Token);

        Assert.That(version, Does.Match(@"^\d+\.\d+\.\d"));
    }
}
