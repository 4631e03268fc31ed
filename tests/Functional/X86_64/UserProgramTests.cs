using QemuTest.Functional.Generic;

namespace QemuTest.Functional.X86_64;

[Quick]
[Area("User")]
[Target("x86_64")]
public sealed class UserProgramTests() : UserProgramTest(Program)
{
    // openat(AT_FDCWD, argv[1], O_RDONLY, 0), read(file, stack, 64), write(1, stack, count), exit(count).
    private static readonly StaticProgram Program = new(
        Machine: 62,
        "48c7c79cffffff488b74241031d2b8010100000f054881ec0001000089c74889e6ba4000000031c00f054889c34889c2" +
        "bf01000000b8010000000f0589dfb83c0000000f05");
}
