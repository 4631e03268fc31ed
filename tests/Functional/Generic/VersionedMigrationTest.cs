namespace QemuTest.Functional.Generic;

/// <summary>A guest without an operating system, on a machine type with versions, migrates: on one QEMU, or with
/// <c>QEMU_TEST_QEMU_BINARY_DST</c> to another version of QEMU.</summary>
[Quick]
[Area("Migration")]
public abstract class VersionedMigrationTest : MigrationTest
{
    protected async Task MigrateMachineAsync(string machine)
    {
        await SetMachineAsync(machine);
        await MigrateWithTcpLocalhostAsync();
    }
}
