using QemuTest.Functional.Generic;

namespace QemuTest.Functional.Ppc64;

[Target("ppc64")]
public sealed class VersionedMigrationTests() : VersionedMigrationTest("pseries");
