using System.Diagnostics;
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
    public async Task A_machine_comes_up_answers_and_quits()
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
    public async Task Launching_twice_is_refused()
    {
        await using QemuMachine machine = Bare();
        await machine.LaunchAsync();

        Assert.That(() => machine.LaunchAsync(), Throws.InvalidOperationException.With.Message.Contains("already launched"));
    }

    [Test]
    public async Task An_unknown_option_fails_the_launch_at_once_with_QEMUs_own_words()
    {
        await using QemuMachine machine = Bare("-no-such-option");
        long began = Stopwatch.GetTimestamp();

        QemuLaunchException error = await LaunchFailureAsync(machine);

        Assert.Multiple(() =>
        {
            Assert.That(error.Message, Does.Contain("-no-such-option: invalid option").And.Contain("exit code 1").And.Contain("Command:"));
            Assert.That(error.Exit, Is.EqualTo(new ProcessExit(1)));
            Assert.That(machine.IsRunning, Is.False);
            Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(Bound));
        });
    }

    [Test]
    public async Task An_unknown_machine_fails_the_launch_with_QEMUs_own_words()
    {
        await using QemuMachine machine = Bare();
        machine.SetMachine("no-such-machine");

        QemuLaunchException error = await LaunchFailureAsync(machine);

        Assert.That(error.Message, Does.Contain("no-such-machine"));
    }

    [Test]
    public async Task A_QEMU_that_never_greets_is_killed_within_the_launch_limit()
    {
        string hung = Installed.FakeQemu(_folder, "exec sleep 600");
        await using var machine = new QemuMachine(hung, Options() with { LaunchTimeout = TimeSpan.FromSeconds(1) });
        long began = Stopwatch.GetTimestamp();

        QemuLaunchException error = await LaunchFailureAsync(machine);

        Assert.Multiple(() =>
        {
            Assert.That(error.Message, Does.Contain("the greeting did not come within 1 s"));
            Assert.That(error.Exit, Is.Null);
            Assert.That(machine.IsRunning, Is.False);
            Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(Bound));
        });
    }

    [Test]
    public async Task A_QEMU_that_dies_before_the_greeting_is_reported_with_its_signal()
    {
        string dying = Installed.FakeQemu(_folder, "echo last words >&2; kill -SEGV $$");
        await using var machine = new QemuMachine(dying, Options());

        QemuLaunchException error = await LaunchFailureAsync(machine);

        Assert.That(error.Message, Does.Contain("signal 11 (SIGSEGV)").And.Contain("last words"));
    }

    [Test]
    public async Task A_QEMU_that_dies_in_the_middle_of_a_command_fails_the_command_and_the_shutdown()
    {
        await using QemuMachine machine = Bare();
        await machine.LaunchAsync();
        Signals.Send(machine.ProcessId!.Value, Signal.Stop);
        Task<string> command = machine.Qmp.HumanMonitorCommandAsync("info version");
        Signals.Send(machine.ProcessId!.Value, Signal.Kill);

        Assert.That(() => command, Throws.TypeOf<QmpDisconnectedException>());
        Assert.That(
            () => machine.ShutdownAsync(),
            Throws.TypeOf<QemuAbnormalExitException>().With.Message.Contains("it had ended before the shutdown, with signal 9 (SIGKILL)"));
    }

    [Test]
    public async Task A_hung_QEMU_costs_the_shutdowns_limit_and_no_more()
    {
        await using QemuMachine machine = Bare();
        await machine.LaunchAsync();
        int id = machine.ProcessId!.Value;
        Signals.Send(machine.ProcessId!.Value, Signal.Stop);
        long began = Stopwatch.GetTimestamp();

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
            Assert.That(error?.Message, Does.Match(@"did not react to 'quit' within [1-9]\d?\.\d s and was killed"));
            Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(Bound));
            Assert.That(Directory.Exists($"/proc/{id}"), Is.False, "the process is gone");
        });
    }

    [Test]
    public async Task A_QEMU_that_exits_by_itself_is_an_answer_to_who_waits_for_it()
    {
        await using QemuMachine machine = Bare("-cpu", "");
        machine.QmpEnabled = false;
        await machine.LaunchAsync();

        ProcessExit exit = await machine.WaitForExitAsync(Bound);
        await machine.ShutdownAsync();

        Assert.That(exit, Is.EqualTo(new ProcessExit(1)));
    }

    [Test]
    public async Task Waiting_for_the_exit_of_a_QEMU_that_stays_ends_with_the_limit()
    {
        await using QemuMachine machine = Bare();
        await machine.LaunchAsync();

        Assert.That(
            () => machine.WaitForExitAsync(TimeSpan.FromMilliseconds(200)),
            Throws.TypeOf<QemuAbnormalExitException>().With.Message.Contains("did not end by itself within 0.2 s and was killed"));
        Assert.That(machine.IsRunning, Is.False);
    }

    [Test]
    public async Task Without_a_monitor_a_machine_is_shut_down_by_a_signal()
    {
        await using QemuMachine machine = Bare();
        machine.QmpEnabled = false;
        await machine.LaunchAsync();

        await machine.ShutdownAsync(Bound);

        // 143 if the signal came before QEMU could catch it.
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
    public async Task A_machine_gets_no_descriptors_but_its_own()
    {
        await using QemuMachine first = Bare();
        await first.LaunchAsync();
        await using QemuMachine second = new(Installed.Qemu, Options() with { Name = "second" });
        second.SetMachine("none");
        await second.LaunchAsync();

        string[] sockets = [.. Descriptors(second)
            .Where(target => target.StartsWith("socket:", StringComparison.Ordinal))];

        Assert.That(sockets, Has.Length.EqualTo(1), "the monitor's socket and no other: " + string.Join(' ', sockets));
    }

    [Test]
    public async Task A_machine_inherits_the_descriptor_that_it_is_given_and_the_next_one_does_not()
    {
        using var sockets = new DescriptorPair();
        await using QemuMachine remote = new(Installed.Qemu, Options() with { Name = "remote" });
        remote.SetMachine("x-remote");
        int number = remote.Inherit(sockets.First);
        remote.AddArgs("-nodefaults", "-device", "lsi53c895a,id=lsi1", "-object", $"x-remote-object,id=robj1,devid=lsi1,fd={number}");

        // A QEMU that does not find a socket under the number does not come up.
        await remote.LaunchAsync();
        await using QemuMachine next = Bare();
        await next.LaunchAsync();

        string? inode = File.ResolveLinkTarget($"/proc/self/fd/{number}", returnFinalTarget: false)?.Name;
        Assert.That(inode, Does.StartWith("socket:"));
        Assert.That(Descriptors(remote), Does.Contain(inode));
        Assert.That(Descriptors(next), Does.Not.Contain(inode));
    }

    [Test]
    public async Task A_person_may_use_a_monitor_of_his_own()
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
    public async Task The_console_of_a_QEMU_that_ends_tells_how_it_ended()
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
