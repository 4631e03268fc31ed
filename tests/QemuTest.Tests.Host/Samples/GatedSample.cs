using QemuTest.NUnit;

namespace QemuTest.Tests.Host.Samples;

/// <summary>Tests that run only if an environment variable allows it.</summary>
public sealed class GatedSample
{
    [Test]
    [SkipFlakyTest("it sometimes fails")]
    public void Is_flaky() => Assert.That(true);

    [Test]
    [SkipUntrustedTest]
    public void Is_untrusted() => Assert.That(true);

    [Test]
    [SkipBigDataTest]
    public void Needs_storage() => Assert.That(true);

    [Test]
    [SkipSlowTest]
    public void Is_slow() => Assert.That(true);
}
