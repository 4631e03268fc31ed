using QemuTest.Functional.Generic;

namespace QemuTest.Functional.M68k;

[Target("m68k")]
public sealed class VersionedMigrationTests() : VersionedMigrationTest("virt");
