namespace QemuTest.Functional.X86_64;

[Quick]
[Target("x86_64")]
public sealed class CpuModelAliasTests : QemuSystemTest
{
    // Separate models before models had versions; now aliases of versions of the plain model.
    private static readonly string[] NeverVersioned = [
        "Haswell-noTSX", "Broadwell-noTSX", "Nehalem-IBRS", "Westmere-IBRS", "SandyBridge-IBRS", "IvyBridge-IBRS",
        "Haswell-noTSX-IBRS", "Haswell-IBRS", "Broadwell-noTSX-IBRS", "Broadwell-IBRS", "Skylake-Client-IBRS",
        "Skylake-Server-IBRS", "EPYC-IBPB"];

    private static readonly Dictionary<string, string> AliasesOnPc = new()
    {
        ["Cascadelake-Server"] = "Cascadelake-Server-v1",
        ["qemu64"] = "qemu64-v1",
        ["Haswell"] = "Haswell-v1",
        ["Haswell-noTSX"] = "Haswell-v2",
        ["Haswell-IBRS"] = "Haswell-v3",
        ["Haswell-noTSX-IBRS"] = "Haswell-v4",
        ["Broadwell"] = "Broadwell-v1",
        ["Broadwell-noTSX"] = "Broadwell-v2",
        ["Broadwell-IBRS"] = "Broadwell-v3",
        ["Broadwell-noTSX-IBRS"] = "Broadwell-v4",
        ["Nehalem"] = "Nehalem-v1",
        ["Nehalem-IBRS"] = "Nehalem-v2",
        ["Westmere"] = "Westmere-v1",
        ["Westmere-IBRS"] = "Westmere-v2",
        ["SandyBridge"] = "SandyBridge-v1",
        ["SandyBridge-IBRS"] = "SandyBridge-v2",
        ["IvyBridge"] = "IvyBridge-v1",
        ["IvyBridge-IBRS"] = "IvyBridge-v2",
        ["Skylake-Client"] = "Skylake-Client-v1",
        ["Skylake-Client-IBRS"] = "Skylake-Client-v2",
        ["Skylake-Server"] = "Skylake-Server-v1",
        ["Skylake-Server-IBRS"] = "Skylake-Server-v2",
        ["EPYC"] = "EPYC-v1",
        ["EPYC-IBPB"] = "EPYC-v2",
    };

    [Test]
    public async Task On_pc_each_unversioned_model_is_an_alias_of_its_version()
    {
        Dictionary<string, CpuDefinitionInfo> models = await QueryModelsAsync("pc");

        using (Assert.EnterMultipleScope())
        {
            foreach ((string name, string target) in AliasesOnPc)
                Assert.That(AliasOf(models, name), Is.EqualTo(target), name);
            AssertUnversionedAreNotStatic(models);
            Assert.That(models.Keys.Intersect(NeverVersioned.Select(n => n + "-v1")), Is.Empty);
            AssertAliasesLeadToRealModels(models);
        }
    }

    [Test]
    public async Task Without_a_machine_each_unversioned_model_is_an_alias_of_some_version()
    {
        Dictionary<string, CpuDefinitionInfo> models = await QueryModelsAsync("none");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(AliasOf(models, "Cascadelake-Server"), Does.Match(@"^Cascadelake-Server-v\d+$"));
            Assert.That(AliasOf(models, "qemu64"), Does.Match(@"^qemu64-v\d+$"));
            AssertUnversionedAreNotStatic(models);
            AssertAliasesLeadToRealModels(models);
        }
    }

    private static string? AliasOf(Dictionary<string, CpuDefinitionInfo> models, string name) =>
        models[name].AliasOf;

    private static void AssertUnversionedAreNotStatic(Dictionary<string, CpuDefinitionInfo> models)
    {
        foreach (string name in new[] { "Cascadelake-Server", "qemu64" })
        {
            Assert.That(models[name].Static, Is.False, $"{name} is static");
            Assert.That(AliasOf(models, name + "-v1"), Is.Null, $"{name}-v1 is an alias");
        }
    }

    private static void AssertAliasesLeadToRealModels(Dictionary<string, CpuDefinitionInfo> models)
    {
        foreach (string name in models.Keys)
        {
            if (AliasOf(models, name) is not { } target)
                continue;
            Assert.That(models, Does.ContainKey(target), $"{name} is an alias of a missing model");
            Assert.That(models.ContainsKey(target) ? AliasOf(models, target) : null, Is.Null, $"{name} is an alias of the alias {target}");
            Assert.That(models[name].Static, Is.False, $"the alias {name} is static");
        }
    }

    private async Task<Dictionary<string, CpuDefinitionInfo>> QueryModelsAsync(string machine)
    {
        await SetMachineAsync(machine);
        Vm.AddArgs("-S");
        await Vm.LaunchAsync(Token);
        IReadOnlyList<CpuDefinitionInfo> definitions = await Vm.Qmp.QueryCpuDefinitionsAsync(cancellationToken: Token);
        return definitions.ToDictionary(d => d.Name);
    }
}
