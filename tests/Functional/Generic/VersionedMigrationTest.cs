using System.Text.Json;

namespace QemuTest.Functional.Generic;

/// <summary>A guest without an operating system migrates on a machine type with versions. With <c>QEMU_TEST_QEMU_BINARY_DST</c>, from one QEMU
/// to another.</summary>
/// <param name="machine">The alias of the newest version, for example <c>q35</c>.</param>
/// <param name="family">What the names of all versions begin with; null for the alias and a dash.</param>
[Quick]
[Area("Migration")]
public abstract class VersionedMigrationTest(string machine, string? family = null) : MigrationTest
{
    private QemuMachine? _source;

    [Test]
    public async Task A_guest_migrates_on_a_machine_type_with_versions()
    {
        await SetMachineAsync(machine);
        await RequireVersionsAsync();
        await MigrateWithUnixAsync();
    }

    protected override Task LaunchSourceAsync(QemuMachine vm)
    {
        _source = vm;
        return base.LaunchSourceAsync(vm);
    }

    // An alias means another version on another QEMU, and the migration may succeed by chance.
    protected override async Task AssertDestinationAsync(QemuMachine vm) =>
        Assert.That(await TypeOfAsync(vm), Is.EqualTo(await TypeOfAsync(_source!)), "the machine type");

    private async Task RequireVersionsAsync()
    {
        QemuBinary qemu = await QemuBinary.OpenAsync(QemuBin, Token);
        string start = family ?? machine + "-";
        IReadOnlySet<string> machines = (await qemu.GetCapabilitiesAsync(Token)).Machines;
        if (!machines.Any(name => name.StartsWith(start, StringComparison.Ordinal) && Version.TryParse(name[start.Length..], out _)))
            Assert.Ignore($"machine type {machine} has no versions in QEMU {qemu.Version}; a newer QEMU may have some");
    }

    private static async Task<string?> TypeOfAsync(QemuMachine vm)
    {
        JsonElement type = await vm.Qmp.QomGetAsync("/machine", "type", cancellationToken: Token);
        return type.GetString();
    }
}
