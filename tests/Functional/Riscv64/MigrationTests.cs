using QemuTest.Functional.Generic;

namespace QemuTest.Functional.Riscv64;

[Target("riscv64")]
public sealed class MigrationTests() : GuestMigrationTest("virt", machineForUnix: "spike");
