using QemuTest.NUnit;

namespace QemuTest.Tests.Host.Samples;

/// <summary>Needs an accelerator that does not exist on Linux.</summary>
[Target("x86_64")]
public sealed class UnknownAcceleratorSample : QemuSystemTest
{
    [Test]
    public Task Needs_hvf() => RequireAcceleratorAsync("hvf");
}
