using QemuTest.Functional.Generic;

namespace QemuTest.Functional.M68k;

[Quick]
[Area("Migration")]
[Target("m68k")]
public sealed class VmStateTests() : VmStateTest("virt-7.2");
