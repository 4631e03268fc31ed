using System.Buffers.Binary;
using QemuTest.Functional.Generic;

namespace QemuTest.Functional.S390x;

/// <summary>The firmware ends QEMU if there is nothing to boot, so the guest is an endless loop.</summary>
[Target("s390x")]
public sealed class VersionedMigrationTests() : VersionedMigrationTest("s390-ccw-virtio")
{
    private const int Entry = 0x2000;
    private const uint Addressing31 = 0x80000000;
    private const uint BranchToItself = 0xa7f40000;

    protected override async Task ConfigureAsync(QemuMachine vm)
    {
        // The first eight bytes are the PSW to start with: mask and address.
        byte[] image = new byte[Entry + sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(sizeof(uint)), Addressing31 | Entry);
        BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(Entry), BranchToItself);
        string file = ScratchFile("loop");
        await File.WriteAllBytesAsync(file, image, Token);
        vm.AddArgs("-kernel", file);
    }
}
