using NUnit.Framework.Interfaces;
using QemuTest.NUnit;
using QemuTest.Processes;
using QemuTest.Tests.Host.Samples;
using QemuTest.Vfio;

namespace QemuTest.Tests.Fixtures;

[Quick]
public sealed class RequireAcceleratorTests
{
    [Test]
    public async Task An_accelerator_missing_from_the_binary_skips_the_test()
    {
        Assert.That(Installed.Qemu, Does.Exist);

        ITestResult result = await NestedRun.RunAsync(typeof(UnknownAcceleratorSample));

        Assert.Multiple(() =>
        {
            Assert.That(result.ResultState.Status, Is.EqualTo(TestStatus.Skipped));
            Assert.That(result.Message, Does.Contain("no support for accelerator hvf"));
        });
    }

    [Test]
    [TestTimeout(120)]
    public async Task A_test_that_needs_KVM_runs_exactly_where_Linux_boots_on_it()
    {
        Assert.That(Installed.Qemu, Does.Exist);
        bool isThere = File.Exists("/dev/kvm");
        bool boots = isThere && await LinuxBootsAsync();

        ITestResult result = await NestedRun.RunAsync(typeof(KvmSample));

        Assert.That(result.ResultState.Status, Is.EqualTo(boots ? TestStatus.Passed : TestStatus.Skipped), result.Message);
        if (!boots)
            Assert.That(result.Message, Does.Contain($"no support for accelerator kvm: /dev/kvm {(isThere ? "" : "does not exist")}"));
    }

    // Not by the probe: the lab's Linux is started by hand.
    private static async Task<bool> LinuxBootsAsync()
    {
        VfioLabImage image;
        try
        {
            image = VfioLabImage.Locate();
        }
        catch (VfioLabException error)
        {
            Assert.Ignore($"There is no Linux to boot on this host's KVM: {error.Message}");
            throw;
        }

        try
        {
            string console = Path.Combine(Installed.NewFolder(), "console");
            ProgramResult result = await ChildProgram.RunAsync(
                Installed.Qemu,
                [
                    "-accel", "kvm", "-m", "256", "-nodefaults", "-no-reboot", "-display", "none", "-serial", $"file:{console}",
                    "-kernel", image.Kernel, "-append", "console=ttyS0 panic=-1",
                ],
                TimeSpan.FromSeconds(30),
                cancellationToken: Installed.Token);

            // Without a root file system the kernel panics, and QEMU exits.
            return result.Exit.IsClean && (await File.ReadAllTextAsync(console, Installed.Token)).Contains("Linux version", StringComparison.Ordinal);
        }
        catch (ProgramException)
        {
            return false;
        }
    }
}
