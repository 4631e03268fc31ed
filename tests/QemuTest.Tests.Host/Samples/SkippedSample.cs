using QemuTest.NUnit;

namespace QemuTest.Tests.Host.Samples;

/// <summary>Needs a program and a variable that no system has.</summary>
public sealed class SkippedSample
{
    [Test]
    [SkipIfMissingCommands("no-such-command")]
    [SkipIfMissingEnv("NO_SUCH_VARIABLE")]
    public void Would_fail() => Assert.Fail("it ran");
}
