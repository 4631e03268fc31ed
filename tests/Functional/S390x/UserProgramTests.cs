using QemuTest.Functional.Generic;

namespace QemuTest.Functional.S390x;

[Quick]
[Area("User")]
[Target("s390x")]
public sealed class UserProgramTests() : UserProgramTest(Program)
{
    // openat(AT_FDCWD, argv[1], O_RDONLY, 0), read(file, stack, 64), write(1, stack, count), exit(count).
    private static readonly StaticProgram Program = new(
        Machine: 22,
        "a729ff9ce330f0100004a7490000a71901200a00a7fbff00b904003fa74900400a03b9040082b9040042a72900010a04" +
        "b90400280a010707", BigEndian: true);
}
