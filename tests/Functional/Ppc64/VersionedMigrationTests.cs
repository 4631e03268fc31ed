using QemuTest.Functional.Generic;

namespace QemuTest.Functional.Ppc64;

[Target("ppc64")]
public sealed class VersionedMigrationTests : VersionedMigrationTest
{
    [TestCase("pseries")]
    public Task A_guest_of_a_versioned_machine_type_migrates(string machine)
    {
        // The default of one machine type differs between versions of QEMU: for pseries-7.2, v2.0 of POWER9 in 7.2, v2.2 in 10.0.
        Cpu = "power9_v2.0";
        return MigrateMachineAsync(machine);
    }
}
