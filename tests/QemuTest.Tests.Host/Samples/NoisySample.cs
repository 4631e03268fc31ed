using System.Diagnostics;

namespace QemuTest.Tests.Host.Samples;

/// <summary>Tests that print lines that look like results, through all ways to standard output.</summary>
public sealed class NoisySample
{
    private const string FalseResult = "not ok 99 - not a result";

    [Test]
    public async Task Prints_and_passes()
    {
        Console.WriteLine(FalseResult);
        await TestContext.Progress.WriteLineAsync(FalseResult);
        using Stream output = Console.OpenStandardOutput();
        await output.WriteAsync("\nnot ok 99 - not a result\n"u8.ToArray());
        using var child = Process.Start("sh", ["-c", $"echo '{FalseResult}'"]);
        await child.WaitForExitAsync();
        Assert.That(child.ExitCode, Is.Zero);
    }

    [Test]
    public void Prints_and_fails()
    {
        Console.WriteLine(FalseResult);
        Assert.Fail("the reason");
    }

    [Test]
    public void Is_skipped() => Assert.Ignore("the other reason");

    /// <summary>Run it alone: it ends the test host.</summary>
    [Test]
    [Explicit]
    public void Ends_the_host() => Environment.FailFast("ends the host");
}
