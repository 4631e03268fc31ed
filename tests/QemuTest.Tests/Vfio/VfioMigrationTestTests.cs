using NUnit.Framework.Interfaces;
using QemuTest.NUnit;
using QemuTest.Tests.Fixtures;
using QemuTest.Tests.Host.Samples;

namespace QemuTest.Tests.Vfio;

[Thorough]
[Area("Lab")]
public sealed class VfioMigrationTestTests
{
    [Test]
    [TestTimeout(180)]
    public async Task A_failure_report_has_every_machine_in_the_lab()
    {
        ITestResult result = await NestedRun.RunAsync(typeof(FailingLabSample));
        string folder = Path.Combine(
            TestContext.CurrentContext.WorkDirectory, "qemu-test", "x86_64", "QemuTest.Tests.Host.Samples.FailingLabSample.Fails");

        Assert.Multiple(() =>
        {
            Assert.That(result.Message, Is.EqualTo("as it should"));
            Assert.That(result.Output, Does.Contain("--- QEMU 'source' in the lab: run state 'prelaunch'"));
            Assert.That(result.Output, Does.Contain("--- QEMU 'destination' in the lab: run state 'inmigrate'"));
            Assert.That(result.Output, Does.Contain("--- QEMU 'killed' in the lab: ended with signal 9"));
            Assert.That(result.Output, Does.Contain("--- QEMU 'lab': running, process "));
            Assert.That(result.Output, Does.Contain("-incoming defer"), "the command lines");
            Assert.That(result.Output, Does.Contain("--- monitor of 'killed' (closed), last messages"));
            Assert.That(File.ReadAllText(Path.Combine(folder, "source.log")), Does.Contain("vfio-pci"), "QEMU's output");
            Assert.That(File.ReadAllText(Path.Combine(folder, "destination.trace")), Does.Contain("vfio_"));
        });
    }
}
