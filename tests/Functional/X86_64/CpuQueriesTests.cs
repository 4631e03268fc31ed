namespace QemuTest.Functional.X86_64;

[Quick]
[Target("x86_64")]
public sealed class CpuQueriesTests : QemuSystemTest
{
    [Test]
    public async Task Every_cpu_model_lists_its_missing_features_and_expands_to_itself()
    {
        await SetMachineAsync("none");
        Vm.AddArgs("-S");
        await Vm.LaunchAsync(Token);
        IReadOnlyList<CpuDefinitionInfo> definitions = await Vm.Qmp.QueryCpuDefinitionsAsync(cancellationToken: Token);
        Assert.That(definitions, Is.Not.Empty);

        foreach (CpuDefinitionInfo definition in definitions)
        {
            Assert.That(definition.UnavailableFeatures, Is.Not.Null.And.None.Empty, definition.Name);

            CpuModelExpansionInfo expansion = await Vm.Qmp.QueryCpuModelExpansionAsync(
                CpuModelExpansionType.Full, new CpuModelInfo { Name = definition.Name }, cancellationToken: Token);
            Assert.That(expansion.Model.Name, Is.EqualTo(definition.Name));
        }
    }
}
