using QemuTest.Processes;

namespace QemuTest.Functional.Generic;

[Quick]
[EverySystemTarget]
public sealed class EmptyCpuModelTests : QemuSystemTest
{
    [Test]
    public async Task An_empty_cpu_model_is_refused()
    {
        Vm.AddArgs("-S", "-display", "none", "-machine", "none", "-cpu", "");
        Vm.QmpEnabled = false;

        await Vm.LaunchAsync(Token);
        ProcessExit exit = await Vm.WaitForExitAsync(cancellationToken: Token);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(exit.Code, Is.EqualTo(1));
            Assert.That(Vm.Output, Does.Contain("-cpu option cannot be empty"));
        }
    }
}
