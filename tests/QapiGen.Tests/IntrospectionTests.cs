using System.Reflection;
using System.Text.Json.Nodes;
using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Qmp;
using QemuTest.Qmp.Testing;

namespace QemuTest.QapiGen.Tests;

/// <summary>The schema of a running QEMU.</summary>
internal sealed class IntrospectionTests
{
    [Test]
    [Quick]
    public async Task The_API_of_the_package_agrees_with_the_running_QEMU()
    {
        await using QemuMachine machine = await LaunchAsync();
        ApiAgreement agreement = new(await QmpSchema.LoadAsync(machine.Qmp),
            (typeof(StatusInfo).Assembly, typeof(StatusInfo).Namespace!), typeof(QmpCommandHandlers), complete: false);

        agreement.Check();

        Assert.That(agreement.Differences, Is.Empty);
        // The schema is that of 10.0. Another version lacks what it did not have yet, or no longer has.
        if (machine.Qmp.Greeting.Version is { Major: 10, Minor: 0 })
            Assert.That(agreement.Absent, Is.Empty);
        Assert.That(agreement.Commands, Is.GreaterThan(60));
        Assert.That(agreement.Events, Is.GreaterThan(20));
        TestContext.Out.WriteLine($"{agreement.Commands} commands, {agreement.Events} events, {agreement.Types} types agree, {agreement.Absent.Count} are absent");
        foreach (string absent in agreement.Absent)
            TestContext.Out.WriteLine(absent);
    }

    [Test]
    [Thorough]
    public async Task The_complete_API_agrees_with_the_running_QEMU_of_its_version()
    {
        await using QemuMachine machine = await LaunchAsync();
        VersionTriple version = (await machine.Qmp.QueryVersionAsync()).Qemu;
        FullApi api = await FullApi.LoadAsync($"{version.Major}.{version.Minor}.{version.Micro}", "qapi/qapi-schema.json");
        ApiAgreement agreement = new(await QmpSchema.LoadAsync(machine.Qmp), (api.Assembly, FullApi.Namespace), api.Handlers, complete: true);

        agreement.Check();

        Assert.That(agreement.Differences.Concat(agreement.Absent), Is.Empty);
        Assert.That(agreement.Commands, Is.GreaterThan(200));
        TestContext.Out.WriteLine($"{agreement.Commands} commands, {agreement.Events} events, {agreement.Types} types agree");
    }

    [Test]
    [Quick]
    public async Task Capability_questions_are_answered_exactly()
    {
        await using QemuMachine machine = await LaunchAsync();
        QmpSchema schema = await QmpSchema.LoadAsync(machine.Qmp);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(schema.Supports("migrate"));
            Assert.That(schema.Supports("migrat"), Is.False);
            Assert.That(schema.Supports("transaction", "actions.data.mode"), "through a list and a union");
            Assert.That(schema.Supports("blockdev-add", "server.path"), "through a union inside a union");
            Assert.That(schema.Supports("blockdev-add", "server.color"), Is.False);
            Assert.That(schema.Supports("blockdev-add", "file.filename"), "through an alternate");
            Assert.That(schema.SupportsValue("migrate-set-capabilities", "capabilities.capability", "multifd"));
            Assert.That(schema.SupportsValue("migrate-set-capabilities", "capabilities.capability", "teleport"), Is.False);
            Assert.That(schema.SupportsEvent("MIGRATION"));
            Assert.That(schema.SupportsEvent("migrate"), Is.False);
            Assert.That(schema.HasFeature("x-exit-preconfig", "unstable"));
            Assert.That(schema.HasFeature("query-status", "unstable"), Is.False);
            Assert.That(schema.HasFeature("screendump", "device", "unstable"), Is.False);
        }
    }

    /// <summary>What an older or newer QEMU may do to any answer: it lacks one mandatory member of the schema.</summary>
    [Test]
    [Quick]
    public async Task Each_mandatory_member_of_a_real_answer_can_be_missing()
    {
        await using QemuMachine machine = await LaunchAsync("q35", "-blockdev", "null-co,node-name=null", "-device", "virtio-blk,drive=null", "-vnc", "none");
        int left = 0;
        foreach (MethodInfo command in typeof(QmpCommands).GetMethods(BindingFlags.Static | BindingFlags.Public))
        {
            AnswerRecorder recorder = new(machine.Qmp);
            if (!command.Name.StartsWith("Query", StringComparison.Ordinal) || command.GetParameters().Any(p => !p.IsOptional && p.ParameterType != typeof(IQmpExecutor)))
                continue;
            try
            {
                await AskAsync(command, recorder);
            }
            catch (QmpCommandException)
            {
                continue; // another target, or another version
            }

            foreach ((string path, string answer) in WithoutOne(recorder.Answer!))
            {
                left++;
                await Assert.ThatAsync(() => AskAsync(command, new RecordingServer(answer)), Throws.Nothing, $"{command.Name} without {path}");
            }
        }

        Assert.That(left, Is.GreaterThan(100));
        TestContext.Out.WriteLine($"{left} members left out");
    }

    private static Task AskAsync(MethodInfo command, IQmpExecutor monitor) => (Task)command.Invoke(
        null, [monitor, .. command.GetParameters().Skip(1).Select(p => p.ParameterType == typeof(CancellationToken) ? (object)CancellationToken.None : null)])!;

    /// <summary>Gets the answer without each of its members in turn. Of a list, the first element loses one.</summary>
    private static IEnumerable<(string Path, string Answer)> WithoutOne(string answer)
    {
        foreach (string path in Paths(JsonNode.Parse(answer)!))
        {
            JsonNode root = JsonNode.Parse(answer)!;
            string[] steps = path.Split('/');
            JsonNode at = root;
            foreach (string step in steps[..^1])
                at = at is JsonArray list ? list[0]! : at[step]!;
            ((JsonObject)at).Remove(steps[^1]);
            yield return (path, root.ToJsonString());
        }
    }

    private static IEnumerable<string> Paths(JsonNode? node, string prefix = "") => node switch
    {
        JsonArray { Count: > 0 } list => Paths(list[0], prefix + "0/"),
        JsonObject members => members.SelectMany(member => Paths(member.Value, $"{prefix}{member.Key}/").Prepend(prefix + member.Key)),
        _ => [],
    };

    [Test]
    [Quick]
    public async Task Typed_commands_run_on_the_running_QEMU()
    {
        await using QemuMachine machine = await LaunchAsync();

        await machine.Qmp.MigrateSetCapabilitiesAsync([new() { Capability = MigrationCapability.Events, State = true }]);
        await machine.Qmp.MigrateSetParametersAsync(new() { MaxBandwidth = 1UL << 40 });

        StatusInfo status = await machine.Qmp.QueryStatusAsync();
        IReadOnlyList<MigrationCapabilityStatus> capabilities = await machine.Qmp.QueryMigrateCapabilitiesAsync();
        MigrationParameters parameters = await machine.Qmp.QueryMigrateParametersAsync();
        Assert.That(status.Status, Is.EqualTo(RunState.Prelaunch));
        Assert.That(capabilities.Single(c => c.Capability == MigrationCapability.Events).State);
        Assert.That(parameters.MaxBandwidth, Is.EqualTo(1UL << 40));
        Assert.That(async () => await machine.Qmp.QomGetAsync("/nowhere", "x"), Throws.TypeOf<QmpCommandException>());
    }

    private static async Task<QemuMachine> LaunchAsync(string machineType = "none", params string[] arguments)
    {
        if (!SystemTargets.Installed().TryGetValue("x86_64", out string? path))
            Assert.Ignore("qemu-system-x86_64 is not installed (eng/setup.sh installs it)");
        string logs = Directory.CreateTempSubdirectory("qapi-vm-").FullName;
        QemuMachine machine = new(path!, new QemuMachineOptions { Name = "introspected", LogDirectory = logs });
        machine.SetMachine(machineType);
        machine.AddArgs(["-nodefaults", "-S", .. arguments]);
        await machine.LaunchAsync();
        return machine;
    }
}
