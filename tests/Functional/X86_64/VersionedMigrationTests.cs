using QemuTest.Functional.Generic;

namespace QemuTest.Functional.X86_64;

[Target("x86_64")]
[TestFixture("pc", "pc-i440fx-")]
[TestFixture("q35", "pc-q35-")]
public sealed class VersionedMigrationTests(string machine, string family) : VersionedMigrationTest(machine, family);
