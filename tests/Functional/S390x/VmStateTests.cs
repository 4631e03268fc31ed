using QemuTest.Functional.Generic;

namespace QemuTest.Functional.S390x;

[Quick]
[Area("Migration")]
[Target("s390x")]
public sealed class VmStateTests() : VmStateTest("s390-ccw-virtio-7.2");
