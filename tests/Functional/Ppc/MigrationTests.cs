using QemuTest.Functional.Generic;

namespace QemuTest.Functional.Ppc;

[Target("ppc")]
public sealed class MigrationTests() : GuestMigrationTest("sam460ex");
