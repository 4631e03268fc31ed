using Mono.Cecil;
using Mono.Cecil.Rocks;
using NUnit.Framework.Constraints;
using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Qmp;
using QemuTest.Qmp.Testing;
using QemuTest.Vfio;

namespace QemuTest.Tests.Machines;

[Quick]
public sealed class QemuBinaryTests
{
    [Test]
    public async Task A_QEMU_reports_its_version_and_its_target()
    {
        QemuBinary binary = await QemuBinary.OpenAsync(Installed.Qemu);
        QemuCapabilities capabilities = await binary.GetCapabilitiesAsync();

        Assert.Multiple(() =>
        {
            Assert.That(binary.Version, Is.GreaterThanOrEqualTo(new Version(7, 2)));
            Assert.That(binary.NamedTarget, Is.EqualTo("x86_64"));
            Assert.That(capabilities.Target, Is.EqualTo("x86_64"));
        });
    }

    [Test]
    public async Task Capabilities_are_exact_names()
    {
        QemuBinary binary = await QemuBinary.OpenAsync(Installed.Qemu);
        QemuCapabilities capabilities = await binary.GetCapabilitiesAsync();

        Assert.Multiple(() =>
        {
            Assert.That(capabilities.Machines, Does.Contain("q35").And.Contain("none").And.Contain("microvm"));
            Assert.That(capabilities.Machines, Does.Not.Contain("q3"), "part of a name is not a name");
            Assert.That(capabilities.Devices, Does.Contain("vfio-pci").And.Contain("virtio-net-pci"));
            Assert.That(capabilities.Devices, Does.Not.Contain("virtio-net"));
            Assert.That(capabilities.Accelerators, Does.Contain("tcg"));
            Assert.That(capabilities.Accelerators, Has.None.Contains(" "));
            Assert.That(capabilities.NetworkBackends, Does.Contain("user").And.Contain("socket"));
        });
    }

    [Test]
    public async Task The_schema_of_the_monitor_has_exact_names()
    {
        QemuBinary binary = await QemuBinary.OpenAsync(Installed.Qemu);
        QmpSchema schema = await binary.GetSchemaAsync();

        Assert.Multiple(() =>
        {
            Assert.That(schema.Supports("migrate", "uri"));
            Assert.That(schema.Supports("migrate", "no-such"), Is.False);
            Assert.That(schema.SupportsValue("migrate-set-capabilities", "capabilities.capability", "multifd"));
            Assert.That(schema.SupportsValue("migrate-set-capabilities", "capabilities.capability", "multi"), Is.False);
        });
    }

    [Test]
    public async Task A_QEMU_that_migrates_VFIO_devices_over_multifd_lacks_nothing()
    {
        QemuBinary binary = await QemuBinary.OpenAsync(Installed.Qemu);

        bool hasTransfer = (await binary.GetDevicePropertiesAsync("vfio-pci")).Contains("x-migration-multifd-transfer");

        // The property is new in 10.0, the other requirements in 9.1 and before.
        Assert.That(MigrationRequirements.MissingIn(await binary.GetSchemaAsync()), hasTransfer ? Is.Empty : Is.Not.Null);
    }

    [Test]
    public async Task Missing_features_of_an_older_QEMU_for_a_VFIO_migration_are_named()
    {
        // Stands in for a QEMU before 9.1: the schema of the installed one, without one argument and one capability.
        QemuBinary binary = await QemuBinary.OpenAsync(Installed.Qemu);
        QmpSchema schema = await QmpSchema.LoadAsync(new OlderQemu(await binary.GetSchemaAsync()));

        Assert.That(MigrationRequirements.MissingIn(schema), Is.EqualTo([
            "argument exit-on-error of command migrate-incoming (new in QEMU 9.1)",
            "migration capability return-path"]));
    }

    [Test]
    public async Task The_properties_of_a_device_are_exact_names()
    {
        QemuBinary binary = await QemuBinary.OpenAsync(Installed.Qemu);

        IReadOnlySet<string> vfio = await binary.GetDevicePropertiesAsync("vfio-pci");
        IReadOnlySet<string> unknown = await binary.GetDevicePropertiesAsync("no-such-device");

        Assert.Multiple(() =>
        {
            Assert.That(vfio, Does.Contain("host").And.Contain("romfile").And.Not.Contain("rom"));
            Assert.That(unknown, Is.Empty);
        });
    }

    [Test]
    public void A_missing_file_is_named_with_the_cure()
    {
        string path = Path.Combine(Installed.NewFolder(), "qemu-system-x86_64");

        Assert.That(Opening(path), Fails($"'{path}' does not exist. Check the path, or build it"));
    }

    [Test]
    public void A_name_missing_from_PATH_is_named() =>
        Assert.That(Opening("qemu-system-nowhere"), Fails("'qemu-system-nowhere' is not in PATH"));

    [Test]
    public void An_empty_name_is_an_error_with_the_cure() =>
        Assert.That(Opening(""), Fails("No QEMU binary is named. Name one, for example /usr/bin/qemu-system-x86_64"));

    [Test]
    public void The_variable_of_a_wrong_binary_is_named() => Assert.That(
        () => SystemTargets.Checked("/no/such/qemu"),
        Throws.TypeOf<QemuBinaryException>().With.Message.StartsWith("QEMU_TEST_QEMU_BINARY is '/no/such/qemu'. QEMU binary '/no/such/qemu' does not exist"));

    [Test]
    public async Task A_QEMU_that_cannot_start_is_an_error_with_its_output()
    {
        QemuBinary binary = await QemuBinary.OpenAsync(Installed.FakeQemu(Installed.NewFolder(), "echo no luck >&2; exit 9"));

        QemuBinaryException error = (await Assert.ThrowsAsync<QemuBinaryException>(() => binary.GetCapabilitiesAsync(Installed.Token)))!;

        Assert.That(error.Message, Does.Contain("does not answer").And.Contain("It ended with exit code 9").And.Contain("no luck"));
    }

    [Test]
    public async Task A_question_about_a_device_can_be_canceled()
    {
        QemuBinary binary = await QemuBinary.OpenAsync(Installed.Qemu);
        await binary.GetCapabilitiesAsync();

        Assert.That(
            () => binary.GetDevicePropertiesAsync("vfio-pci", new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void A_directory_is_named_with_the_cure() =>
        Assert.That(Opening("/usr/bin"), Fails("'/usr/bin' is a directory. Name the file in it"));

    [Test]
    public void A_file_without_execute_permission_is_named_with_the_cure()
    {
        string path = Path.Combine(Installed.NewFolder(), "qemu-system-x86_64");
        File.WriteAllText(path, "");

        Assert.That(Opening(path), Fails($"'{path}' is not executable. Try: chmod +x"));
    }

    [Test]
    public void The_output_of_a_program_other_than_QEMU_is_quoted() =>
        Assert.That(Opening("/bin/true"), Fails("'/bin/true' is not QEMU: the output of --version is 'true (GNU coreutils)"));

    [Test]
    public async Task A_replaced_binary_is_asked_again()
    {
        string folder = Installed.NewFolder();
        string path = Installed.Script(folder, "qemu-system-x86_64", "echo 'QEMU emulator version 10.0.1'");
        QemuBinary before = await QemuBinary.OpenAsync(path);
        Installed.Script(folder, "qemu-system-x86_64", "echo 'QEMU emulator version 11.1.0 (replaced)'");

        QemuBinary after = await QemuBinary.OpenAsync(path);

        Assert.Multiple(() =>
        {
            Assert.That(before.Version, Is.EqualTo(new Version(10, 0, 1)));
            Assert.That(after.Version, Is.EqualTo(new Version(11, 1, 0)));
        });
    }

    [Test]
    public void A_binary_is_asked_without_a_machine()
    {
        // A machine asks its binary before the start, so a binary that started a machine would close a circle.
        string[] askers = [nameof(QemuBinary), nameof(QemuCapabilities), nameof(QemuProbe)];
        using var assembly = AssemblyDefinition.ReadAssembly(typeof(QemuMachine).Assembly.Location);

        string[] used = [.. assembly.MainModule.GetAllTypes().Where(type => askers.Contains(Outermost(type).Name))
            .SelectMany(type => type.Methods).Where(method => method.HasBody)
            .SelectMany(method => method.Body.Instructions).Select(instruction => instruction.Operand).OfType<MemberReference>()
            .Select(member => (member.DeclaringType ?? member as TypeReference)?.Name).OfType<string>().Distinct()];

        Assert.That(used, Does.Contain(nameof(QemuProbe)).And.Not.Contain(nameof(QemuMachine)));
    }

    private static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static Func<Task> Opening(string path) => () => QemuBinary.OpenAsync(path);

    private static Constraint Fails(string text) => Throws.TypeOf<QemuBinaryException>().With.Message.Contains(text);

    private sealed class OlderQemu(QmpSchema newer) : QmpCommandHandlers
    {
        public override Task<IReadOnlyList<SchemaInfo>> QueryQmpSchemaAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<SchemaInfo>>([.. newer.Entries.Values.Select(Aged)]);

        private static SchemaInfo Aged(SchemaInfo entry) => entry switch
        {
            SchemaInfo.Object type => type with { Members = [.. type.Members.Where(member => member.Name != "exit-on-error")] },
            SchemaInfo.Enum type => type with { Members = [.. type.Members.Where(member => member.Name != "return-path")] },
            _ => entry,
        };
    }
}
