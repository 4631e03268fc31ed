using QemuTest.NUnit;

namespace QemuTest.Tests.Host.Samples;

/// <summary>A test that needs a program that does not exist and a variable that is not set.</summary>
[Target("x86_64")]
[SkipIfMissingCommands("no-such-command")]
public sealed class SkippedSample : QemuSystemTest
{
    [Test]
    [SkipIfMissingCommands("no-such-command")]
    [SkipIfMissingEnv("NO_SUCH_VARIABLE")]
    public void Would_fail() => Assert.Fail("it ran");
}
