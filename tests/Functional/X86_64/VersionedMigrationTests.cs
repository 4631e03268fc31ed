using QemuTest.Functional.Generic;

namespace QemuTest.Functional.X86_64;

[Target("x86_64")]
public sealed class VersionedMigrationTests : VersionedMigrationTest
{
    [TestCase("pc")]
    [TestCase("q35")]
    public Task A_guest_of_a_versioned_machine_type_migrates(string machine) => MigrateMachineAsync(machine);
}
