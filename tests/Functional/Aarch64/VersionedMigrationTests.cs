using QemuTest.Functional.Generic;

namespace QemuTest.Functional.Aarch64;

[Target("aarch64")]
public sealed class VersionedMigrationTests() : VersionedMigrationTest("virt");
