using QemuTest.Functional.Generic;

namespace QemuTest.Functional.Arm;

[Quick]
[Area("User")]
[Target("arm")]
public sealed class UserProgramTests() : UserProgramTest(Program)
{
    // openat(AT_FDCWD, argv[1], O_RDONLY, 0), read(file, stack, 64), write(1, stack, count), exit(count).
    private static readonly StaticProgram Program = new(
        Machine: 40,
        "6300e0e308109de50020a0e3427100e3000000ef01dc4de20d10a0e14020a0e30370a0e3000000ef0080a0e10020a0e1" +
        "0100a0e30470a0e3000000ef0800a0e10170a0e3000000ef", Is64: false, Flags: 0x05000000);
}
