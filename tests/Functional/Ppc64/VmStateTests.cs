using QemuTest.Functional.Generic;

namespace QemuTest.Functional.Ppc64;

[Quick]
[Area("Migration")]
[Target("ppc64")]
public sealed class VmStateTests() : VmStateTest("pseries-7.2");
