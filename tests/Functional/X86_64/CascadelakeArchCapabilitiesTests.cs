using System.Text.Json;
using System.Text.Json.Nodes;
using QemuTest.Fixtures;
using QemuTest.Qmp;

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

        JsonElement cpus = await Vm.Qmp.ExecuteAsync("query-cpus-fast", cancellationToken: Token);
        JsonElement value = await Vm.Qmp.ExecuteAsync(
            "qom-get",
            new JsonObject { ["path"] = cpus[0].GetProperty("qom-path").GetString(), ["property"] = "arch-capabilities" },
            cancellationToken: Token);

        Assert.That(value.GetBoolean(), Is.False);
    }
}
