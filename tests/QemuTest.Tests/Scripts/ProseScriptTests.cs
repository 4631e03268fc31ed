using CliWrap;
using CliWrap.Buffered;
using QemuTest.NUnit;

namespace QemuTest.Tests.Scripts;

/// <summary><c>eng/check-prose.sh</c>, in a small repository and with a codespell of the test.</summary>
[Quick]
[TestTimeout(60)]
[SkipIfMissingCommands("git")]
public sealed class ProseScriptTests
{
    private readonly string _folder = Installed.NewFolder();

    [TestCase("docs/a.md", "First line.\nGives" + " up.\n", "docs/a.md:2:")]
    [TestCase("docs/a.md", "The colo" + "urs of a chart\n", "docs/a.md:1:")]
    [TestCase("QemuTest/A.cs", "// Run eng" + "/setup.sh\n", "QemuTest/A.cs:1:")]
    [TestCase("docs/a.md", "teh\n", "docs/a.md:1: teh")]
    public async Task A_finding_is_printed_with_its_line_and_fails(string file, string text, string expected)
    {
        BufferedCommandResult result = await CheckAsync(file, text);

        Assert.That(result.ExitCode, Is.EqualTo(1), result.StandardError);
        Assert.That(result.StandardOutput, Does.Contain(expected));
    }

    [Test]
    public async Task Plain_text_passes()
    {
        BufferedCommandResult result = await CheckAsync("docs/a.md", "The colors of a chart. Run eng" + "/setup.sh.\n");

        Assert.That(result.ExitCode, Is.Zero, result.StandardOutput + result.StandardError);
        Assert.That(result.StandardOutput, Is.Empty);
    }

    private async Task<BufferedCommandResult> CheckAsync(string file, string text)
    {
        string repository = Path.Combine(_folder, "repository");
        string eng = Directory.CreateDirectory(Path.Combine(repository, "eng", "lib")).Parent!.FullName;
        File.Copy(Path.Combine(Checkout.Root, "eng", "check-prose.sh"), Path.Combine(eng, "check-prose.sh"));
        File.Copy(Path.Combine(Checkout.Root, "eng", "lib", "output.sh"), Path.Combine(eng, "lib", "output.sh"));
        string programs = Directory.CreateDirectory(Path.Combine(_folder, "programs")).FullName;
        Installed.Script(programs, "codespell", "grep -n -H teh \"$@\" | sed 's/:teh/: teh ==> the/'");
        string path = Path.Combine(repository, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        await Cli.Wrap("git").WithArguments(["init", "-q", repository]).ExecuteAsync(Installed.Token);
        return await Cli.Wrap("bash").WithArguments([Path.Combine(eng, "check-prose.sh")])
            .WithEnvironmentVariables(variables => variables.Set("PATH", $"{programs}:{Environment.GetEnvironmentVariable("PATH")}"))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(Installed.Token);
    }
}
