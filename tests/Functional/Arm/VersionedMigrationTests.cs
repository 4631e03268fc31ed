using QemuTest.Functional.Generic;

namespace QemuTest.Functional.Arm;

[Target("arm")]
public sealed class VersionedMigrationTests() : VersionedMigrationTest("virt");
