using NUnit.Framework.Interfaces;
using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Tests.Host.Samples;
using QemuTest.Vfio;

namespace QemuTest.Tests.Fixtures;

[Quick]
public sealed class RequireAcceleratorTests
{
    [Test]
    public async Task An_accelerator_that_the_binary_lacks_skips_the_test()
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
    [TestTimeout(60)]
    public async Task KVM_is_there_exactly_if_a_guest_makes_progress_on_it()
    {
        Assert.That(Installed.Qemu, Does.Exist);
        string? whyNot;
        try
        {
            whyNot = await KvmProbe.WhyNotAsync(Installed.Qemu, VfioLabImage.Locate().Kernel, Installed.Token);
        }
        catch (VfioLabException error)
        {
            whyNot = error.Message;
        }

        ITestResult result = await NestedRun.RunAsync(typeof(KvmSample));

        Assert.That(result.ResultState.Status, Is.EqualTo(whyNot is null ? TestStatus.Passed : TestStatus.Skipped), result.Message);

        // On a busy machine the guest may come to another end when it is asked again; that it has an end is what counts.
        if (whyNot is not null)
            Assert.That(result.Message, Does.Contain("no support for accelerator kvm: "));
    }
}
