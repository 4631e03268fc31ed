using QemuTest.NUnit;
using QemuTest.Vfio;

namespace QemuTest.Tests.Host.Samples;

/// <summary>A test that fails while two QEMUs in its lab wait and a third was killed.</summary>
[TestTimeout(180)]
public sealed class FailingLabSample : VfioMigrationTest
{
    public FailingLabSample() => QemuBin = SystemTargets.Installed()["x86_64"];

    [Test]
    public async Task Fails()
    {
        await Lab.StartPairAsync(1, new VfioMachineOptions { Paused = true }, cancellationToken: Token);
        LabMachine killed = await Lab.StartMachineAsync("killed", [], cancellationToken: Token);
        await killed.KillAsync(Token);
        Assert.Fail("as it should");
    }
}
