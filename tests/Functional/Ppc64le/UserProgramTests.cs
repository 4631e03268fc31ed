using QemuTest.Functional.Generic;

namespace QemuTest.Functional.Ppc64le;

[Quick]
[Area("User")]
[Target("ppc64le")]
public sealed class UserProgramTests() : UserProgramTest(Program)
{
    // openat(AT_FDCWD, argv[1], O_RDONLY, 0), read(file, stack, 64), write(1, stack, count), exit(count). On this architecture the kernel
    // reports an error by a flag, so the program negates the result.
    private static readonly StaticProgram Program = new(
        Machine: 21,
        "9cff6038100081e80000a0381e010038020000440800e340d000637c00ff2138780b247c4000a0380300003802000044" +
        "0800e340d000637c781b6e7c781b657c0100603804000038020000447873c37d0100003802000044", Flags: 2);
}
