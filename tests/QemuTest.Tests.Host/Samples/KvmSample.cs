using QemuTest.NUnit;

namespace QemuTest.Tests.Host.Samples;

/// <summary>A test that needs a usable KVM.</summary>
[Target("x86_64")]
public sealed class KvmSample : QemuSystemTest
{
    [Test]
    public Task Needs_kvm() => RequireAcceleratorAsync("kvm");
}
