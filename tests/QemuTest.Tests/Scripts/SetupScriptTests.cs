using CliWrap;
using CliWrap.Buffered;
using QemuTest.NUnit;

namespace QemuTest.Tests.Scripts;

/// <summary>The scripts of eng/ leave no temporary file, not even when they fail. Programs of the test come first in PATH, so nothing is
/// installed or built.</summary>
[Quick]
[TestTimeout(60)]
public sealed class SetupScriptTests
{
    private readonly string _programs = Installed.NewFolder();

    private string Temporary => Directory.CreateDirectory(Path.Combine(_programs, "tmp")).FullName;

    [Test]
    public async Task A_failed_install_shows_the_output_of_apt_and_leaves_nothing_behind()
    {
        if (!File.ReadLines("/etc/os-release").Any(line => line is "VERSION_ID=\"12\"" or "VERSION_ID=\"13\""))
            Assert.Ignore("eng/setup.sh installs on Debian 12 and 13 only");
        Program("sudo", "exec \"$@\"");
        Program("dpkg-query", "echo not-installed");
        Program("apt-get", """
            for word; do
              case $word in
                indextargets) . /etc/os-release; echo "Debian|$VERSION_CODENAME|http://mirror.invalid/debian|main" ;;
                install) echo "E: the mirror is on fire"; exit 100 ;;
              esac
            done
            """);

        BufferedCommandResult result = await RunAsync("bash", Path.Combine(Checkout.Root, "eng", "setup.sh"));

        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.StandardError, Does.Contain("apt-get could not install").And.Contain("E: the mirror is on fire"));
        Assert.That(Directory.GetFileSystemEntries(Temporary), Is.Empty);
    }

    [Test]
    public async Task A_failed_build_shows_its_errors_and_leaves_nothing_behind()
    {
        Program("dotnet", "echo 'x.cs(1,1): error CS0000: no such luck'; exit 1");

        BufferedCommandResult result = await BuildAsync();

        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.StandardError, Does.Contain("error CS0000: no such luck").And.Contain("The build failed"));
        Assert.That(Directory.GetFileSystemEntries(Temporary), Is.Empty);
    }

    [Test]
    public async Task An_interrupted_build_leaves_nothing_behind()
    {
        // To the whole session, like a terminal.
        Program("dotnet", "kill -INT 0; exec sleep 1");

        BufferedCommandResult result = await BuildAsync();

        Assert.That(result.ExitCode, Is.Not.Zero);
        Assert.That(Directory.GetFileSystemEntries(Temporary), Is.Empty);
    }

    private void Program(string name, string body) => Installed.Script(_programs, name, body);

    // A background job of a shell ignores the interrupt, and so do its children.
    private Task<BufferedCommandResult> BuildAsync() =>
        RunAsync("env", "--default-signal=INT", "setsid", "--wait", "bash", "-c", $"set -e; cd '{Checkout.Root}'; . eng/lib/output.sh; . eng/lib/dotnet.sh; build_all");

    private async Task<BufferedCommandResult> RunAsync(string program, params string[] arguments) => await Cli.Wrap(program)
        .WithArguments(arguments)
        .WithEnvironmentVariables(set => set
            .Set("PATH", $"{_programs}:{Environment.GetEnvironmentVariable("PATH")}")
            .Set("TMPDIR", Temporary))
        .WithValidation(CommandResultValidation.None)
        .ExecuteBufferedAsync(Installed.Token);
}
