using QemuTest.Functional.Generic;

namespace QemuTest.Functional.Riscv32;

[Target("riscv32")]
public sealed class MigrationTests() : GuestMigrationTest("spike", machineForUnix: "virt")
{
    // QEMU does not start these machines without their firmware, which some distributions do not have.
    [SetUp]
    public Task Need_the_firmware() => RequireFirmwareAsync("opensbi-riscv32-generic-fw_dynamic.bin");
}
