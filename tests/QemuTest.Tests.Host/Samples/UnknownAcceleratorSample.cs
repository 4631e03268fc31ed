using QemuTest.NUnit;

namespace QemuTest.Tests.Host.Samples;

/// <summary>A test that needs an accelerator that Linux does not have.</summary>
[Target("x86_64")]
public sealed class UnknownAcceleratorSample : QemuSystemTest
{
    [Test]
    public Task Needs_hvf() => RequireAcceleratorAsync("hvf");
}
