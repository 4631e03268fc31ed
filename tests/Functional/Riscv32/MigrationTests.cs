using QemuTest.Functional.Generic;

namespace QemuTest.Functional.Riscv32;

[Target("riscv32")]
public sealed class MigrationTests() : GuestMigrationTest("spike", machineForUnix: "virt");
