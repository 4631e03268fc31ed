using System.Text.Json;

namespace QemuTest.Functional.X86_64;

[Quick]
[Target("x86_64")]
public sealed class CascadelakeArchCapabilitiesTests : QemuSystemTest
{
    private const string Forced = ",x-force-features=on,check=off,enforce=off";

    [TestCase("Cascadelake-Server" + Forced)]
    [TestCase("Cascadelake-Server" + Forced + ",-arch-capabilities")]
    [TestCase("Cascadelake-Server-v2" + Forced + ",-arch-capabilities")]
    public async Task The_model_has_no_arch_capabilities(string cpu)
    {
        await SetMachineAsync("pc");
        Vm.AddArgs("-S");
        SetVmArg("-cpu", cpu);
        await Vm.LaunchAsync(Token);

        IReadOnlyList<CpuInfoFast> cpus = await Vm.Qmp.QueryCpusFastAsync(cancellationToken: Token);
        JsonElement value = await Vm.Qmp.QomGetAsync(cpus[0].QomPath, "arch-capabilities", cancellationToken: Token);

        Assert.That(value.GetBoolean(), Is.False);
    }
}
