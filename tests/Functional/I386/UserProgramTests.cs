using QemuTest.Functional.Generic;

namespace QemuTest.Functional.I386;

[Quick]
[Area("User")]
[Target("i386")]
public sealed class UserProgramTests() : UserProgramTest(Program)
{
    // openat(AT_FDCWD, argv[1], O_RDONLY, 0), read(file, stack, 64), write(1, stack, count), exit(count).
    private static readonly StaticProgram Program = new(
        Machine: 3,
        "bb9cffffff8b4c240831d2b827010000cd8081ec0001000089c389e1ba40000000b803000000cd8089c689c2bb010000" +
        "00b804000000cd8089f3b801000000cd80", Is64: false);
}
