namespace QemuTest.Functional.Riscv64;

[Quick]
[Target("riscv64")]
public sealed class OpenSbiTests : OpenSbiTest
{
}
