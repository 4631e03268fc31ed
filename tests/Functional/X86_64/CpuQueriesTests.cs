using System.Text.Json;
using System.Text.Json.Nodes;
using QemuTest.Fixtures;
using QemuTest.Qmp;

namespace QemuTest.Functional.X86_64;

[Quick]
[Target("x86_64")]
public sealed class CpuQueriesTests : QemuSystemTest
{
    [Test]
    public async Task Every_cpu_model_names_what_it_lacks_and_expands_to_itself()
    {
        await SetMachineAsync("none");
        Vm.AddArgs("-S");
        await Vm.LaunchAsync(Token);
        JsonElement definitions = await Vm.Qmp.ExecuteAsync("query-cpu-definitions", cancellationToken: Token);
        Assert.That(definitions.GetArrayLength(), Is.Positive);

        foreach (JsonElement definition in definitions.EnumerateArray())
        {
            string name = definition.GetProperty("name").GetString()!;
            IEnumerable<string?> unavailable = definition.GetProperty("unavailable-features").EnumerateArray().Select(f => f.GetString());
            Assert.That(unavailable, Has.None.Empty, name);

            JsonElement expansion = await Vm.Qmp.ExecuteAsync(
                "query-cpu-model-expansion",
                new JsonObject { ["model"] = new JsonObject { ["name"] = name }, ["type"] = "full" },
                cancellationToken: Token);
            Assert.That(expansion.GetProperty("model").GetProperty("name").GetString(), Is.EqualTo(name));
        }
    }
}
