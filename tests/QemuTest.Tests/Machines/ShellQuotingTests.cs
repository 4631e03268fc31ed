using System.Diagnostics;
using QemuTest.NUnit;
using QemuTest.Processes;

namespace QemuTest.Tests.Machines;

[Quick]
public sealed class ShellQuotingTests
{
    [Test]
    public async Task A_shell_reads_quoted_words_unchanged()
    {
        string[] words = ["plain", "", "two words", "it's", "$HOME `id` \"x\" \\ *", "a,b=c:/d"];
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"printf '[%s]' {ShellQuoting.Join(words)}"])
        {
            RedirectStandardOutput = true,
        })!;

        string read = await shell.StandardOutput.ReadToEndAsync();

        Assert.That(read, Is.EqualTo(string.Concat(words.Select(w => $"[{w}]"))));
    }
}
