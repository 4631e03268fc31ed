using QemuTest.NUnit;

namespace QemuTest.Tests.Host.Samples;

/// <summary>Needs a program that no system has, and a variable that nobody sets.</summary>
[Target("x86_64")]
[SkipIfMissingCommands("no-such-command")]
public sealed class SkippedSample : QemuSystemTest
{
    [Test]
    [SkipIfMissingEnv("NO_SUCH_VARIABLE")]
    public void Would_fail() => Assert.Fail("it ran");
}
