using NUnit.Framework.Interfaces;
using QemuTest.NUnit;
using QemuTest.Tests.Fixtures;
using QemuTest.Tests.Host.Samples;

namespace QemuTest.Tests.Migration;

[Quick]
public sealed class MigrationTestTests
{
    [Test]
    public async Task A_migration_without_a_listener_reports_both_sides()
    {
        Assert.That(Installed.Qemu, Does.Exist);

        ITestResult result = await NestedRun.RunAsync(typeof(UnreceivedMigrationSample));

        Assert.Multiple(() =>
        {
            Assert.That(result.ResultState.Status, Is.EqualTo(TestStatus.Failed));
            Assert.That(result.Message, Does.Contain("source-qemu: failed, running").And.Contain("No such file or directory"));
            Assert.That(result.Message, Does.Contain("dest-qemu: setup, inmigrate").Or.Contain("dest-qemu: none, inmigrate"));
        });
    }
}
