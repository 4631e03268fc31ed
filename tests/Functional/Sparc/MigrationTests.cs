using QemuTest.Functional.Generic;

namespace QemuTest.Functional.Sparc;

[Target("sparc")]
public sealed class MigrationTests() : GuestMigrationTest("SS-4", machineForUnix: "SS-5");
