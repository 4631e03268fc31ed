using QemuTest.Functional.Generic;

namespace QemuTest.Functional.Aarch64;

[Quick]
[Area("User")]
[Target("aarch64")]
public sealed class UserProgramTests() : UserProgramTest(Program)
{
    // openat(AT_FDCWD, argv[1], O_RDONLY, 0), read(file, stack, 64), write(1, stack, count), exit(count).
    private static readonly StaticProgram Program = new(
        Machine: 183,
        "600c8092e10b40f9020080d2080780d2010000d4ff0304d1e1030091020880d2e80780d2010000d4f30300aae20300aa" +
        "200080d2080880d2010000d4e00313aaa80b80d2010000d4");
}
