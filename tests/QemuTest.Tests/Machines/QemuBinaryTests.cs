using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Qmp;
using QemuTest.Vfio;

namespace QemuTest.Tests.Machines;

[Quick]
public sealed class QemuBinaryTests
{
    [Test]
    public async Task A_QEMU_tells_its_version_and_its_target()
    {
        QemuBinary binary = await QemuBinary.OpenAsync(Installed.Qemu);
        QemuCapabilities capabilities = await binary.GetCapabilitiesAsync();

        Assert.Multiple(() =>
        {
            Assert.That(binary.Version, Is.GreaterThanOrEqualTo(new Version(10, 0)));
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
            Assert.That(capabilities.Machines, Does.Not.Contain("q3"), "part of a name is no name");
            Assert.That(capabilities.Devices, Does.Contain("vfio-pci").And.Contain("virtio-net-pci"));
            Assert.That(capabilities.Devices, Does.Not.Contain("virtio-net"));
            Assert.That(capabilities.Accelerators, Does.Contain("tcg"));
            Assert.That(capabilities.Accelerators, Has.None.Contains(" "));
            Assert.That(capabilities.NetworkBackends, Does.Contain("user").And.Contain("socket"));
        });
    }

    [Test]
    public async Task The_monitors_schema_answers_for_exact_names()
    {
        QemuBinary binary = await QemuBinary.OpenAsync(Installed.Qemu);
        QmpSchema schema = await binary.GetSchemaAsync();

        Assert.Multiple(() =>
        {
            Assert.That(schema.Supports("migrate", "uri"));
            Assert.That(schema.Supports("migrate", "no-such"), Is.False);
            Assert.That(schema.SupportsValue("migrate-set-capabilities", "capabilities.capability", "multifd"));
            Assert.That(schema.SupportsValue("migrate-set-capabilities", "capabilities.capability", "multi"), Is.False);
            Assert.That(MigrationRequirements.MissingIn(schema), Is.Empty);
        });
    }

    [Test]
    public async Task What_an_older_QEMU_lacks_for_a_VFIO_migration_is_named()
    {
        // Stands in for a QEMU before 9.1, which is not at hand: the installed one's schema, less one argument and one capability.
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
            Assert.That(vfio, Does.Contain("x-migration-multifd-transfer").And.Contain("enable-migration"));
            Assert.That(unknown, Is.Empty);
        });
    }

    [Test]
    public void A_missing_file_is_named_with_the_cure()
    {
        string path = Path.Combine(Installed.NewFolder(), "qemu-system-x86_64");

        Assert.That(Opening(path), Throws<QemuBinaryException>($"'{path}' does not exist. Check QEMU_TEST_QEMU_BINARY"));
    }

    [Test]
    public void A_name_that_is_not_in_PATH_is_named() =>
        Assert.That(Opening("qemu-system-nowhere"), Throws<QemuBinaryException>("'qemu-system-nowhere' is not in PATH"));

    [Test]
    public void No_name_at_all_is_told_what_to_set() =>
        Assert.That(Opening(""), Throws<QemuBinaryException>("Set QEMU_TEST_QEMU_BINARY"));

    [Test]
    public void A_directory_is_named_with_the_cure() =>
        Assert.That(Opening("/usr/bin"), Throws<QemuBinaryException>("'/usr/bin' is a directory. Name the file in it"));

    [Test]
    public void A_file_that_is_not_executable_is_named_with_the_cure()
    {
        string path = Path.Combine(Installed.NewFolder(), "qemu-system-x86_64");
        File.WriteAllText(path, "");

        Assert.That(Opening(path), Throws<QemuBinaryException>($"'{path}' is not executable. Try: chmod +x"));
    }

    [Test]
    public void A_program_that_is_not_QEMU_is_quoted() =>
        Assert.That(Opening("/bin/true"), Throws<QemuBinaryException>("'/bin/true' is not QEMU: asked for its version it said 'true (GNU coreutils)"));

    [Test]
    public async Task A_binary_that_was_replaced_is_asked_again()
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

    private static Func<Task> Opening(string path) => () => QemuBinary.OpenAsync(path);

    private static global::NUnit.Framework.Constraints.IResolveConstraint Throws<T>(string text)
        where T : Exception => global::NUnit.Framework.Throws.TypeOf<T>().With.Message.Contains(text);

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
