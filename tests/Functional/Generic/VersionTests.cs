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

        VersionInfo version = await Vm.Qmp.QueryVersionAsync(cancellationToken: Token);

        QemuBinary binary = await QemuBinary.OpenAsync(QemuBin, Token);
        Assert.That(new Version((int)version.Qemu.Major, (int)version.Qemu.Minor, (int)version.Qemu.Micro), Is.EqualTo(binary.Version));
    }
}
