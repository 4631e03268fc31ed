using System.Net.Sockets;
using QemuTest.Consoles;
using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Processes;
using QemuTest.Qmp;

namespace QemuTest.Tests.Machines;

[Quick]
public sealed class QemuMachineTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private readonly string _folder = Installed.NewFolder();

    [Test]
    public async Task A_machine_starts_answers_and_quits()
    {
        await using QemuMachine machine = Bare();
        await machine.LaunchAsync();

        string status = await machine.Qmp.HumanMonitorCommandAsync("info status");
        int? running = machine.ProcessId;
        await machine.ShutdownAsync();

        Assert.Multiple(() =>
        {
            Assert.That(status, Does.Contain("VM status: running"));
            Assert.That(running, Is.Not.Null);
            Assert.That(machine.Exit, Is.EqualTo(new ProcessExit(0)));
            Assert.That(machine.IsRunning, Is.False);
            Assert.That(machine.ProcessId, Is.Null);
        });
    }

    [Test]
    public async Task A_machine_can_be_launched_again_after_a_shutdown()
    {
        await using QemuMachine machine = Bare();
        await machine.LaunchAsync();
        await machine.ShutdownAsync();

        await machine.LaunchAsync();

        Assert.That(machine.IsRunning);
    }

    [Test]
    public async Task A_wrapper_starts_QEMU_and_becomes_it()
    {
        await using QemuMachine machine = Installed.NewMachine();
        machine.Wrapper = ["env", "WRAPPED=a b"];
        await machine.LaunchAsync();

        string environment = await File.ReadAllTextAsync($"/proc/{machine.ProcessId}/environ");
        string name = await File.ReadAllTextAsync($"/proc/{machine.ProcessId}/comm");
        Assert.Multiple(() =>
        {
            Assert.That(environment.Split('\0'), Does.Contain("WRAPPED=a b"));
            Assert.That(name, Does.StartWith("qemu-system"));
            Assert.That(machine.CommandLine, Does.StartWith("env 'WRAPPED=a b' "));
            Assert.That(() => machine.Wrapper = [], Throws.InvalidOperationException);
        });
        await machine.ShutdownAsync();
    }

    [Test]
    public async Task A_missing_wrapper_is_named()
    {
        await using QemuMachine machine = Installed.NewMachine();
        machine.Wrapper = ["no-such-wrapper"];

        await Assert.ThatAsync(() => machine.LaunchAsync(), Throws.TypeOf<QemuBinaryException>().With.Message.Contains("'no-such-wrapper', is not in PATH"));
    }

    [Test]
    public async Task Launching_twice_is_refused()
    {
        await using QemuMachine machine = Bare();
        await machine.LaunchAsync();

        Assert.That(() => machine.LaunchAsync(), Throws.InvalidOperationException.With.Message.Contains("already launched"));
    }

    [TestCase("arguments")]
    [TestCase("machine type")]
    [TestCase("console")]
    [TestCase(nameof(QemuMachine.QmpEnabled))]
    [TestCase(nameof(QemuMachine.QtestEnabled))]
    [TestCase("descriptors")]
    public async Task A_change_of_a_launched_machine_is_refused_until_the_shutdown(string what)
    {
        using var sockets = new DescriptorPair();
        await using QemuMachine machine = Bare("-S");
        Action[] changes = what switch
        {
            "arguments" => [() => machine.AddArgs("-x"), () => machine.Args[0] = "-x", () => machine.Args.RemoveAt(0), machine.Args.Clear],
            "machine type" => [() => machine.SetMachine("none")],
            "console" => [() => machine.SetConsole()],
            "descriptors" => [() => machine.Inherit(sockets.First)],
            nameof(QemuMachine.QmpEnabled) => [() => machine.QmpEnabled = true],
            _ => [() => machine.QtestEnabled = false],
        };
        await machine.LaunchAsync();

        foreach (Action change in changes)
            Assert.That(
                change,
                Throws.InvalidOperationException.With.Message.Contains("QEMU 'default' is launched").And.Message.Contains(what)
                    .And.Message.Contains("before LaunchAsync(), or call ShutdownAsync() first"));
        Assert.That(machine.Args, Is.EqualTo(new[] { "-S" }));
        await machine.ShutdownAsync();
        Assert.That(changes[0], Throws.Nothing);
    }

    [Test]
    public async Task A_canceled_kill_still_kills_and_the_shutdown_after_it_throws_nothing()
    {
        await using QemuMachine machine = Bare();
        await machine.LaunchAsync();

        Assert.That(() => machine.KillAsync(new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        await machine.ShutdownAsync();

        Assert.That(machine.Exit, Is.EqualTo(new ProcessExit(128 + 9)));
    }

    [Test]
    public async Task A_users_logger_receives_the_lines_of_the_machine()
    {
        var logger = new RecordingLogger();
        await using var machine = new QemuMachine(Installed.Qemu, Options() with { Name = "logged", Logger = logger });
        machine.SetMachine("none");

        await machine.LaunchAsync();
        await machine.Qmp.HumanMonitorCommandAsync("info status");
        await machine.ShutdownAsync();

        string[] lines = [.. logger.Lines];
        Assert.Multiple(() =>
        {
            Assert.That(lines[0], Is.EqualTo($"Information 1 launch logged: {machine.CommandLine}"));
            Assert.That(lines, Has.Some.Match("^Debug 4 qmp logged .* --> .*info status"));
            Assert.That(lines, Has.Some.Match("^Debug 4 qmp logged .* <-- .*VM status: running"));
            Assert.That(lines[^1], Is.EqualTo("Information 2 shut down logged: exit code 0"));
        });
    }

    [Test]
    public async Task An_unknown_option_fails_the_launch_with_QEMUs_message()
    {
        await using QemuMachine machine = Bare("-no-such-option");

        QemuLaunchException error = await LaunchFailureAsync(machine);

        Assert.Multiple(() =>
        {
            Assert.That(error.Message, Does.Contain("-no-such-option: invalid option").And.Contain("exit code 1").And.Contain("Command:"));
            Assert.That(error.Exit, Is.EqualTo(new ProcessExit(1)));
            Assert.That(error.Phase, Is.EqualTo(MachinePhase.Launch));
            Assert.That(error.MachineName, Is.EqualTo("default"));
            Assert.That(error.CommandLine, Is.EqualTo(machine.CommandLine).And.EndsWith("-no-such-option"));
            Assert.That(error.Output, Does.Contain("-no-such-option: invalid option"));
            Assert.That(machine.IsRunning, Is.False);
        });
    }

    [Test]
    public async Task An_unknown_machine_fails_the_launch_with_QEMUs_message()
    {
        await using QemuMachine machine = Bare();
        machine.SetMachine("no-such-machine");

        QemuLaunchException error = await LaunchFailureAsync(machine);

        Assert.That(error.Message, Does.Contain("no-such-machine"));
    }

    [Test]
    public async Task A_QEMU_that_never_greets_is_killed_after_the_launch_timeout()
    {
        string hung = Installed.FakeQemu(_folder, "exec sleep 600");
        await using var machine = new QemuMachine(hung, Options() with { LaunchTimeout = TimeSpan.FromSeconds(1) });

        QemuLaunchException error = await LaunchFailureAsync(machine);

        Assert.Multiple(() =>
        {
            Assert.That(error.Message, Does.Contain($"the greeting did not come within {ScaledTime.Text(TimeSpan.FromSeconds(1))}"));
            Assert.That(error.Exit, Is.Null);
            Assert.That(error.Phase, Is.EqualTo(MachinePhase.Greeting));
            Assert.That(machine.IsRunning, Is.False);
        });
    }

    [Test]
    public async Task A_QEMU_that_crashes_before_the_greeting_is_reported_with_its_signal()
    {
        string dying = Installed.FakeQemu(_folder, "echo last words >&2; kill -SEGV $$");
        await using var machine = new QemuMachine(dying, Options());

        QemuLaunchException error = await LaunchFailureAsync(machine);

        Assert.That(error.Message, Does.Contain("signal 11 (SIGSEGV)").And.Contain("last words"));
    }

    [Test]
    public async Task A_QEMU_that_crashes_during_a_command_fails_the_command_and_the_shutdown()
    {
        await using QemuMachine machine = Bare();
        await machine.LaunchAsync();
        Signals.Send(machine.ProcessId!.Value, Signal.Stop);
        Task<string> command = machine.Qmp.HumanMonitorCommandAsync("info version");
        Signals.Send(machine.ProcessId!.Value, Signal.Kill);

        Assert.That(() => command, Throws.TypeOf<QmpDisconnectedException>());
        Assert.That(
            () => machine.ShutdownAsync(),
            Throws.TypeOf<QemuAbnormalExitException>().With.Message.Contains("it had exited before the shutdown, with signal 9 (SIGKILL)")
                .And.Property(nameof(QemuMachineException.Phase)).EqualTo(MachinePhase.Running)
                .And.Property(nameof(QemuMachineException.Exit)).EqualTo(new ProcessExit(128 + 9)));
    }

    [Test]
    public async Task A_hung_QEMU_is_killed_after_the_shutdown_timeout()
    {
        await using QemuMachine machine = Bare();
        await machine.LaunchAsync();
        int id = machine.ProcessId!.Value;
        Signals.Send(machine.ProcessId!.Value, Signal.Stop);

        QemuAbnormalExitException? error = null;
        try
        {
            await machine.ShutdownAsync(TimeSpan.FromSeconds(1));
        }
        catch (QemuAbnormalExitException caught)
        {
            error = caught;
        }

        Assert.Multiple(() =>
        {
            Assert.That(error?.Message, Does.Match(@"did not react to 'quit' within [1-9]\d*\.\d s and was killed"));
            Assert.That(error?.Phase, Is.EqualTo(MachinePhase.Shutdown));
            Assert.That(Directory.Exists($"/proc/{id}"), Is.False, "the process is gone");
        });
    }

    [Test]
    public async Task An_abnormal_exit_is_a_result_of_a_wait_for_the_exit()
    {
        await using QemuMachine machine = Bare("-cpu", "");
        machine.QmpEnabled = false;
        await machine.LaunchAsync();

        ProcessExit exit = await machine.WaitForExitAsync(Bound);
        await machine.ShutdownAsync();

        Assert.That(exit, Is.EqualTo(new ProcessExit(1)));
    }

    [Test]
    public async Task A_QEMU_that_does_not_exit_in_time_is_killed()
    {
        await using QemuMachine machine = Bare();
        await machine.LaunchAsync();

        Assert.That(
            () => machine.WaitForExitAsync(TimeSpan.FromMilliseconds(200)),
            Throws.TypeOf<QemuAbnormalExitException>().With.Message.Contains($"did not exit by itself within {ScaledTime.Text(TimeSpan.FromMilliseconds(200))} and was killed"));
        Assert.That(machine.IsRunning, Is.False);
    }

    [Test]
    public async Task A_machine_without_a_monitor_is_shut_down_with_a_signal()
    {
        await using QemuMachine machine = Bare();
        machine.QmpEnabled = false;
        await machine.LaunchAsync();

        await machine.ShutdownAsync(Bound);

        // 143 if the signal arrived before QEMU handled it.
        Assert.That(machine.Exit, Is.EqualTo(new ProcessExit(0)).Or.EqualTo(new ProcessExit(128 + 15)));
    }

    [Test]
    public async Task Every_machine_has_its_own_log()
    {
        await using QemuMachine one = new(Installed.Qemu, Options() with { Name = "one" });
        await using QemuMachine two = new(Installed.Qemu, Options() with { Name = "two" });
        one.AddArgs("-no-such-option-one");
        two.AddArgs("-no-such-option-two");

        await LaunchFailureAsync(one);
        await LaunchFailureAsync(two);

        Assert.Multiple(() =>
        {
            Assert.That(File.ReadAllText(Path.Combine(_folder, "one.log")), Does.Contain("option-one").And.Not.Contain("option-two"));
            Assert.That(File.ReadAllText(Path.Combine(_folder, "two.log")), Does.Contain("option-two"));
        });
    }

    [Test]
    public async Task A_machine_inherits_no_sockets_but_its_own()
    {
        await using QemuMachine first = Bare();
        await first.LaunchAsync();
        await using QemuMachine second = new(Installed.Qemu, Options() with { Name = "second" });
        second.SetMachine("none");
        await second.LaunchAsync();

        string[] sockets = [.. Descriptors(second)
            .Where(target => target.StartsWith("socket:", StringComparison.Ordinal))];

        Assert.That(sockets, Has.Length.EqualTo(1), "only the socket of the monitor: " + string.Join(' ', sockets));
    }

    [Test]
    public async Task Only_the_chosen_machine_inherits_a_descriptor()
    {
        using var sockets = new DescriptorPair();
        await using QemuMachine remote = new(Installed.Qemu, Options() with { Name = "remote" });
        remote.SetMachine("x-remote");
        int number = remote.Inherit(sockets.First);
        remote.AddArgs("-nodefaults", "-device", "lsi53c895a,id=lsi1", "-object", $"x-remote-object,id=robj1,devid=lsi1,fd={number}");

        // QEMU exits if the number is not that of a socket.
        await remote.LaunchAsync();
        await using QemuMachine next = Bare();
        await next.LaunchAsync();

        string? inode = File.ResolveLinkTarget($"/proc/self/fd/{number}", returnFinalTarget: false)?.Name;
        Assert.That(inode, Does.StartWith("socket:"));
        Assert.That(Descriptors(remote), Does.Contain(inode));
        Assert.That(Descriptors(next), Does.Not.Contain(inode));
    }

    [Test]
    public async Task A_second_monitor_listens_on_the_backdoor_path()
    {
        string path = Path.Combine(RunFolders.NewTemporaryFolder(), "back,door");
        await using QemuMachine machine = new(Installed.Qemu, Options() with { QmpBackdoor = path });
        machine.SetMachine("none");
        await machine.LaunchAsync();

        await using QmpClient second = await QmpClient.ConnectAsync(new UnixDomainSocketEndPoint(path));
        StatusInfo status = await second.QueryStatusAsync();

        Assert.That(status.Running, Is.True);
    }

    [Test]
    public async Task The_error_of_a_closed_console_includes_the_exit()
    {
        await using QemuMachine machine = new(Installed.Qemu, Options());
        machine.SetMachine("q35");
        machine.SetConsole();
        await machine.LaunchAsync();
        Task waiting = machine.Console.WaitForAsync("never printed", Bound);
        Signals.Send(machine.ProcessId!.Value, Signal.Abort);

        Assert.That(
            () => waiting,
            Throws.TypeOf<ConsoleClosedException>().With.Message.Contains("QEMU ended with signal 6 (SIGABRT)"));
    }

    private static string[] Descriptors(QemuMachine machine) =>
        [.. Directory.GetFiles($"/proc/{machine.ProcessId}/fd").Select(fd => File.ResolveLinkTarget(fd, returnFinalTarget: false)?.Name ?? "")];

    private static async Task<QemuLaunchException> LaunchFailureAsync(QemuMachine machine)
    {
        try
        {
            await machine.LaunchAsync();
        }
        catch (QemuLaunchException error)
        {
            return error;
        }

        throw new AssertionException("the launch did not fail");
    }

    private QemuMachineOptions Options() => new() { LogDirectory = _folder };

    private QemuMachine Bare(params string[] arguments)
    {
        var machine = new QemuMachine(Installed.Qemu, Options());
        machine.SetMachine("none");
        machine.AddArgs(arguments);
        return machine;
    }
}
