namespace QemuTest.Functional.Riscv32;

[Quick]
[Target("riscv32")]
public sealed class OpenSbiTests : Riscv64.OpenSbiTest
{
}
