using QemuTest.Functional.Generic;

namespace QemuTest.Functional.Alpha;

[Target("alpha")]
public sealed class MigrationTests() : GuestMigrationTest("clipper");
