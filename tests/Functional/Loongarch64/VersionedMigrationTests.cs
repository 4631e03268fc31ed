using QemuTest.Functional.Generic;

namespace QemuTest.Functional.Loongarch64;

[Target("loongarch64")]
public sealed class VersionedMigrationTests() : VersionedMigrationTest("virt");
