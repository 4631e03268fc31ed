using System.Globalization;
using QemuTest.NUnit;
using QemuTest.Processes;

namespace QemuTest.Tests.Processes;

[Quick]
[TestTimeout(60)]
public sealed class ChildProgramTests
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);

    [Test]
    public async Task A_program_runs_to_its_exit_and_its_output_is_kept()
    {
        ProgramResult result = await ShellAsync("echo out; echo err >&2; exit 3");

        Assert.Multiple(() =>
        {
            Assert.That(result.Exit, Is.EqualTo(new ProcessExit(3)));
            Assert.That(result.StandardOutput, Is.EqualTo("out\n"));
            Assert.That(result.StandardError, Is.EqualTo("err\n"));
            Assert.That(
                () => result.Successful(),
                Throws.TypeOf<ProgramException>().With.Message.Contains("ended with exit code 3").And.Message.Contains("err")
                    .And.Property(nameof(ProgramException.Exit)).EqualTo(new ProcessExit(3)));
        });
    }

    [Test]
    public async Task A_hanging_program_is_killed_at_the_timeout_and_named()
    {
        string script = Installed.Script(Installed.NewFolder(), "hangs", "echo $$; exec sleep 600");

        ProgramException error = (await Assert.ThrowsAsync<ProgramException>(
            () => ChildProgram.RunAsync(script, ["argument"], TimeSpan.FromSeconds(1), cancellationToken: Installed.Token)))!;

        string[] lines = error.Message.Split('\n');
        Assert.Multiple(() =>
        {
            Assert.That(lines[0], Does.StartWith($"'{script} argument' did not exit within").And.Contain("was killed"));
            Assert.That(error.CommandLine, Is.EqualTo($"{script} argument"));
            Assert.That(IsAlive(lines[^1]), Is.False);
        });
    }

    [Test]
    public async Task A_canceled_program_is_killed()
    {
        string folder = Installed.NewFolder(), pipe = Path.Combine(folder, "pipe");
        NamedPipe.Create(pipe);
        using var cancel = new CancellationTokenSource();
        Task<ProgramResult> running = ChildProgram.RunAsync(
            "sh", ["-c", $"echo $$ > {pipe}; exec sleep 600"], Generous, cancellationToken: cancel.Token);
        string processId = (await File.ReadAllTextAsync(pipe, Installed.Token)).Trim();

        await cancel.CancelAsync();

        await Assert.ThatAsync(() => running, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(IsAlive(processId), Is.False);
    }

    [Test]
    public async Task A_descendant_that_keeps_the_output_open_does_not_delay_the_result()
    {
        ProgramResult result = await ShellAsync("sleep 600 & echo $!");

        // The timeout of the run is shorter than the descendant's life.
        int descendant = int.Parse(result.StandardOutput, CultureInfo.InvariantCulture);
        Assert.That(result.Exit.IsClean);
        Assert.That(IsAlive(result.StandardOutput.Trim()), "the descendant has exited too early for this test");
        Signals.Send(descendant, Signal.Kill);
    }

    [Test]
    public async Task More_output_than_a_pipe_holds_is_read()
    {
        ProgramResult result = await ShellAsync("head -c 1000000 /dev/zero | tr '\\0' x; head -c 1000000 /dev/zero | tr '\\0' y >&2");

        Assert.That(result.StandardOutput, Has.Length.EqualTo(1_000_000));
        Assert.That(result.StandardError, Has.Length.EqualTo(1_000_000));
    }

    [Test]
    public async Task Standard_input_is_empty() =>
        Assert.That((await ShellAsync("cat; echo end")).StandardOutput, Is.EqualTo("end\n"));

    [Test]
    public async Task Variables_and_folder_are_the_programs()
    {
        string folder = Installed.NewFolder();
        ProgramResult result = await ChildProgram.RunAsync(
            "sh", ["-c", "echo \"$WORD\"; pwd"], Generous, new Dictionary<string, string> { ["WORD"] = "it's = two words" }, folder, Installed.Token);

        Assert.That(result.StandardOutput, Is.EqualTo($"it's = two words\n{folder}\n"));
        Assert.That(result.CommandLine, Does.StartWith("'WORD=it'\\''s = two words' sh -c"));
    }

    [Test]
    public async Task Variables_of_the_loader_reach_the_program_only()
    {
        ProgramResult result = await ChildProgram.RunAsync(
            "true", [], Generous, new Dictionary<string, string> { ["LD_TRACE_LOADED_OBJECTS"] = "1" }, cancellationToken: Installed.Token);

        Assert.That(result.StandardOutput, Does.Contain("libc.so"));
    }

    [TestCase("no-such-program", "'no-such-program' is not in PATH")]
    [TestCase("/no/such/program", "'/no/such/program' does not exist")]
    [TestCase("/etc/os-release", "'/etc/os-release' is not executable")]
    public void A_missing_program_is_named(string program, string message) => Assert.That(
        () => ChildProgram.RunAsync(program, [], Generous), Throws.TypeOf<ProgramException>().With.Message.Contains(message));

    private static Task<ProgramResult> ShellAsync(string script) =>
        ChildProgram.RunAsync("sh", ["-c", script], Generous, cancellationToken: Installed.Token);

    private static bool IsAlive(string processId) => Signals.TrySend(int.Parse(processId, CultureInfo.InvariantCulture), 0);
}
