using QemuTest.NUnit;

namespace QemuTest.Tests.Host.Samples;

/// <summary>Needs a KVM on which a guest makes progress.</summary>
[Target("x86_64")]
public sealed class KvmSample : QemuSystemTest
{
    [Test]
    public Task Needs_kvm() => RequireAcceleratorAsync("kvm");
}
