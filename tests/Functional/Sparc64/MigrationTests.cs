using QemuTest.Functional.Generic;

namespace QemuTest.Functional.Sparc64;

[Target("sparc64")]
public sealed class MigrationTests() : GuestMigrationTest("sun4u");
