using CliWrap;
using CliWrap.Buffered;
using QemuTest.NUnit;

namespace QemuTest.Tests.Scripts;

/// <summary>unpack-qemu.sh deletes nothing of others, and fetches nothing that is there. apt fails: a real fetch fails the test.</summary>
[Quick]
[TestTimeout(60)]
[SkipIfMissingCommands("dpkg-deb", "flock")]
public sealed class UnpackQemuScriptTests
{
    private readonly string _folder = Installed.NewFolder();

    private string Target => Path.Combine(_folder, "target");

    [SetUp]
    public void BreakApt() => Installed.Script(_folder, "apt-get", "echo no apt >&2; exit 1");

    [TestCase("../trixie", "not a name of a Debian suite")]
    [TestCase("--help", "not a name of a Debian suite")]
    [TestCase("", "not a name of a Debian suite")]
    public async Task A_suite_is_a_plain_name(string suite, string error) => await FailsAsync(error, suite, Target);

    [TestCase("with space")]
    [TestCase("with:colon")]
    [TestCase("with$dollar")]
    public async Task A_folder_has_only_characters_that_a_search_path_can_have(string name) =>
        await FailsAsync("characters that are impossible", "trixie", Path.Combine(_folder, name));

    [Test]
    public async Task A_folder_with_other_files_is_left_alone()
    {
        Directory.CreateDirectory(Target);
        string file = Path.Combine(Target, "mine");
        await File.WriteAllTextAsync(file, "");

        await FailsAsync("has other files in it", "trixie", Target);

        Assert.That(file, Does.Exist);
    }

    [Test]
    public async Task The_qemu_of_another_suite_is_left_alone()
    {
        string qemu = await UnpackedAsync("bookworm");

        await FailsAsync("has the QEMU of suite bookworm", "trixie", Target);

        Assert.That(qemu, Does.Exist);
    }

    [Test]
    public async Task An_unpacked_qemu_is_not_fetched_again()
    {
        string qemu = await UnpackedAsync("trixie");

        BufferedCommandResult result = await RunAsync("trixie", Target);

        Assert.That(result.ExitCode, Is.Zero, result.StandardError);
        Assert.That(result.StandardOutput.Trim(), Is.EqualTo(qemu));
    }

    [Test]
    public async Task A_moved_folder_is_not_ready()
    {
        await UnpackedAsync("trixie");
        string moved = Path.Combine(_folder, "moved");
        Directory.Move(Target, moved);

        await FailsAsync("no apt", "trixie", moved);
    }

    private async Task<string> UnpackedAsync(string suite)
    {
        Directory.CreateDirectory(Path.Combine(Target, "usr", "bin"));
        await File.WriteAllTextAsync(Path.Combine(Target, ".lock"), "");
        await File.WriteAllTextAsync(Path.Combine(Target, ".unpacked-all"), $"{suite} {Target}\n");
        return Installed.Script(Path.Combine(Target, "usr", "bin"), "qemu-system-x86_64", "exit 0");
    }

    private async Task FailsAsync(string error, params string[] arguments)
    {
        BufferedCommandResult result = await RunAsync(arguments);

        Assert.That(result.ExitCode, Is.Not.Zero);
        Assert.That(result.StandardError, Does.Contain(error));
        Assert.That(result.StandardOutput, Is.Empty);
    }

    private async Task<BufferedCommandResult> RunAsync(params string[] arguments) => await Cli.Wrap("bash")
        .WithArguments([Path.Combine(Checkout.Root, "QemuTest", "Tool", "Matrix", "unpack-qemu.sh"), .. arguments])
        .WithEnvironmentVariables(set => set
            .Set("PATH", $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}")
            .Set("XDG_CACHE_HOME", _folder))
        .WithValidation(CommandResultValidation.None)
        .ExecuteBufferedAsync(Installed.Token);
}
