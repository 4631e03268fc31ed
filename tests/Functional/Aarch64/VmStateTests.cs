using QemuTest.Functional.Generic;

namespace QemuTest.Functional.Aarch64;

[Quick]
[Area("Migration")]
[Target("aarch64")]
public sealed class VmStateTests() : VmStateTest("virt-7.2");
