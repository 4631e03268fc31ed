using QemuTest.Functional.Generic;

namespace QemuTest.Functional.I386;

[Target("i386")]
public sealed class MigrationTests() : GuestMigrationTest("isapc");
