using QemuTest.Functional.Generic;

namespace QemuTest.Functional.Aarch64;

[Target("aarch64")]
public sealed class VersionedMigrationTests : VersionedMigrationTest
{
    [TestCase("virt")]
    public Task A_guest_of_a_versioned_machine_type_migrates(string machine) => MigrateMachineAsync(machine);
}
