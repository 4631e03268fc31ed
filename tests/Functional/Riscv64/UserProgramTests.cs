using QemuTest.Functional.Generic;

namespace QemuTest.Functional.Riscv64;

[Quick]
[Area("User")]
[Target("riscv64")]
public sealed class UserProgramTests() : UserProgramTest(Program)
{
    // openat(AT_FDCWD, argv[1], O_RDONLY, 0), read(file, stack, 64), write(1, stack, count), exit(count).
    private static readonly StaticProgram Program = new(
        Machine: 243,
        "1305c0f983350101130600009308800373000000130101f093050100130600049308f003730000009304050013060500" +
        "130510009308000473000000138504009308d00573000000");
}
