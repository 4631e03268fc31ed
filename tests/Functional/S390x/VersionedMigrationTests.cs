using QemuTest.Functional.Generic;

namespace QemuTest.Functional.S390x;

[Target("s390x")]
public sealed class VersionedMigrationTests : VersionedMigrationTest
{
    // A PSW for the start at address 16, and there the instruction "j .", a jump to itself.
    private static readonly byte[] EndlessLoop = [0x00, 0x08, 0x00, 0x00, 0x80, 0x00, 0x00, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0xa7, 0xf4, 0x00, 0x00];

    [TestCase("s390-ccw-virtio")]
    public Task A_guest_of_a_versioned_machine_type_migrates(string machine) => MigrateMachineAsync(machine);

    // The firmware without a boot device ends in a disabled wait, which QEMU takes for a panic.
    protected override async Task ConfigureAsync(QemuMachine vm)
    {
        string kernel = ScratchFile("loop.img");
        await File.WriteAllBytesAsync(kernel, EndlessLoop, Token);
        vm.AddArgs("-kernel", kernel);
    }
}
