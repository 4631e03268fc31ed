using QemuTest.Functional.Generic;

namespace QemuTest.Functional.Ppc64;

[Target("ppc64")]
public sealed class VersionedMigrationTests() : VersionedMigrationTest("pseries")
{
    // The default of one machine type differs between versions of QEMU: for pseries-7.2, v2.0 of POWER9 in 7.2, v2.2 in 10.0.
    [SetUp]
    public void Name_the_CPU() => Cpu = "power9_v2.0";
}
