using QemuTest.Functional.Generic;

namespace QemuTest.Functional.X86_64;

[Quick]
[Area("Migration")]
[Target("x86_64")]
public sealed class VmStateTests() : VmStateTest("pc-q35-7.2");
