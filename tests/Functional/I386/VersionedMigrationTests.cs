using QemuTest.Functional.Generic;

namespace QemuTest.Functional.I386;

[Target("i386")]
[TestFixture("pc", "pc-i440fx-")]
[TestFixture("q35", "pc-q35-")]
public sealed class VersionedMigrationTests(string machine, string family) : VersionedMigrationTest(machine, family);
