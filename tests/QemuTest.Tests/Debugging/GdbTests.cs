using System.Globalization;
using QemuTest.Debugging;
using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Processes;
using QemuTest.Qmp;

namespace QemuTest.Tests.Debugging;

/// <summary>A real GDB that debugs the firmware of a real QEMU.</summary>
[Quick]
public sealed class GdbTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly string _folder = Installed.NewFolder();
    private readonly string _sockets = RunFolders.NewTemporaryFolder();

    [Test]
    public async Task A_guest_steps_and_runs_to_a_breakpoint()
    {
        await using QemuMachine machine = await LaunchAsync();
        await using Gdb gdb = await ConnectAsync();

        ulong first = await gdb.EvaluateAsync("$pc", Installed.Token);
        await gdb.StepInstructionAsync(cancellationToken: Installed.Token);
        ulong second = await gdb.EvaluateAsync("$pc", Installed.Token);
        // From the reset vector the firmware jumps to the same offset below 1 MiB.
        await gdb.BreakAsync(0xf0000 + second, Installed.Token);
        await machine.Qmp.HumanMonitorCommandAsync("system_reset", cancellationToken: Installed.Token);
        GdbStop stop = await gdb.ContinueAsync(cancellationToken: Installed.Token);
        bool reverse = await gdb.CanReverseAsync(Installed.Token);

        Assert.Multiple(() =>
        {
            Assert.That(first, Is.EqualTo(0xfff0), "the reset vector");
            Assert.That(second, Is.Not.EqualTo(first));
            Assert.That(stop.ProgramCounter, Is.EqualTo(second));
            Assert.That(reverse, Is.False, "it is not a replay");
        });
    }

    [Test]
    public async Task A_refused_command_fails_with_GDBs_message_and_the_next_one_succeeds()
    {
        await using Gdb gdb = await StartAsync();

        Assert.That(
            () => gdb.CliAsync("no-such-command", Installed.Token),
            Throws.TypeOf<GdbCommandException>()
                .With.Property(nameof(GdbCommandException.Reason)).Contains("Undefined command: \"no-such-command\"")
                .And.Message.Contains("no-such-command"));
        Assert.That((await gdb.CliAsync("show endian", Installed.Token)).Console, Does.Contain("little endian"));
    }

    [Test]
    public async Task A_guest_that_does_not_stop_fails_the_command_after_the_timeout()
    {
        await using QemuMachine machine = await LaunchAsync();
        await using Gdb gdb = await ConnectAsync(TimeSpan.FromSeconds(8));

        Assert.That(
            () => gdb.ContinueAsync(cancellationToken: Installed.Token),
            Throws.TypeOf<GdbTimeoutException>().With.Message.Contains($"the stop of the target after '-exec-continue' did not arrive within {ScaledTime.Text(TimeSpan.FromSeconds(8))}")
                .And.Message.Contains("^running")
                .And.Property(nameof(GdbTimeoutException.Awaited)).EqualTo("the stop of the target after '-exec-continue'")
                .And.Property(nameof(GdbTimeoutException.Timeout)).EqualTo(Timeouts.Scale(TimeSpan.FromSeconds(8))));

        Assert.That(
            () => gdb.CliAsync("show endian", Installed.Token),
            Throws.TypeOf<GdbException>().With.Message.Contains("did not complete '-exec-continue'").And.Message.Contains("Start another GDB"));
    }

    [Test]
    public async Task A_QEMU_that_hangs_fails_the_connection_after_the_timeout()
    {
        await using QemuMachine machine = await LaunchAsync();
        Signals.Send(machine.ProcessId!.Value, Signal.Stop);
        await using Gdb gdb = await StartAsync(TimeSpan.FromSeconds(8));

        Assert.That(() => gdb.ConnectAsync(Socket, Installed.Token), Throws.InstanceOf<GdbException>());
    }

    [Test]
    public async Task The_exit_of_QEMU_fails_the_command_at_once()
    {
        await using QemuMachine machine = await LaunchAsync();
        await using Gdb gdb = await ConnectAsync();
        Task<GdbStop> run = gdb.ContinueAsync(cancellationToken: Installed.Token);
        Signals.Send(machine.ProcessId!.Value, Signal.Kill);

        Assert.That(() => run, Throws.TypeOf<GdbCommandException>().With.Message.Contains("'-exec-continue': the target exited or the connection broke"));
    }

    [Test]
    public async Task The_exit_of_GDB_is_not_reported_as_a_timeout()
    {
        await using Gdb gdb = await StartAsync();

        Assert.That(
            () => gdb.CliAsync("shell kill -KILL $PPID", Installed.Token),
            Throws.TypeOf<GdbEndedException>().With.Message.Contains("signal 9 (SIGKILL)")
                .And.Property(nameof(GdbEndedException.Exit)).EqualTo(new ProcessExit(128 + 9)));
        Assert.That(() => gdb.CliAsync("show endian", Installed.Token), Throws.TypeOf<GdbEndedException>());
    }

    [Test]
    public async Task A_second_command_at_the_same_time_is_refused()
    {
        await using QemuMachine machine = await LaunchAsync();
        await using Gdb gdb = await ConnectAsync(TimeSpan.FromSeconds(8));
        Task<GdbStop> run = gdb.ContinueAsync(cancellationToken: Installed.Token);

        Assert.That(
            () => gdb.CliAsync("show endian", Installed.Token),
            Throws.InvalidOperationException.With.Message.Contains("await '-exec-continue' before 'show endian'"));
        Assert.That(() => run, Throws.TypeOf<GdbTimeoutException>());
    }

    [TestCase(0, false)]
    [TestCase(-1, false)]
    [TestCase(1, true)]
    [TestCase(TimeSpan.TicksPerDay, true)]
    [TestCase(TimeSpan.TicksPerDay + 1, false)]
    public void A_command_timeout_is_longer_than_zero_and_at_most_a_day(long ticks, bool valid) =>
        Assert.That(
            () => new GdbOptions { Path = "gdb", CommandTimeout = new TimeSpan(ticks) },
            valid ? Throws.Nothing : Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void An_empty_path_is_refused()
    {
        Assert.That(() => new GdbOptions { Path = "" }, Throws.ArgumentException.With.Message.Contains("Path"));
        Assert.That(() => new GdbOptions { Path = "gdb", LogFile = "" }, Throws.ArgumentException.With.Message.Contains("LogFile"));
    }

    [Test]
    public void The_error_for_a_missing_GDB_names_it() =>
        Assert.That(
            () => Gdb.StartAsync(new() { Path = "/no/such/gdb" }, Installed.Token),
            Throws.InstanceOf<GdbException>().With.Message.Contains("GDB '/no/such/gdb'").And.Message.Contains("correct the path"));

    [Test]
    [TestTimeout(120)]
    public async Task A_GDB_that_does_not_exit_is_killed_without_a_wait_for_its_children()
    {
        string script = Installed.Script(_folder, "gdb", """
            (setsid sh -c 'echo $$ >"$0.left"; exec sleep 100' "$0" </dev/null &)
            until [ -s "$0.left" ]; do sleep 0.02; done
            while read -r line; do echo "${line%%[!0-9]*}^done"; done
            """);
        Gdb gdb = await Gdb.StartAsync(new() { Path = script, LogFile = Path.Combine(_folder, "gdb.log") }, Installed.Token);
        int left = int.Parse(await File.ReadAllTextAsync(script + ".left"), CultureInfo.InvariantCulture);
        try
        {
            await gdb.DisposeAsync();

            Assert.That(() => gdb.CliAsync("show endian", Installed.Token), Throws.TypeOf<GdbEndedException>());
            Assert.That(Directory.Exists($"/proc/{left}"), "the child still runs");
        }
        finally
        {
            Signals.Send(left, Signal.Kill);
        }
    }

    private string Socket => Path.Combine(_sockets, "gdb");

    private async Task<QemuMachine> LaunchAsync()
    {
        var machine = new QemuMachine(Installed.Qemu, new() { LogDirectory = _folder });
        machine.SetMachine("pc");
        machine.AddArgs("-nodefaults", "-S", "-gdb", $"unix:{Socket},server=on,wait=off");
        await machine.LaunchAsync(Installed.Token);
        return machine;
    }

    private async Task<Gdb> ConnectAsync(TimeSpan? timeout = null)
    {
        Gdb gdb = await StartAsync(timeout);
        await gdb.ConnectAsync(Socket, Installed.Token);
        return gdb;
    }

    private async Task<Gdb> StartAsync(TimeSpan? timeout = null)
    {
        string? path = SearchPath.Find("gdb-multiarch") ?? SearchPath.Find("gdb");
        if (path is null)
            Assert.Ignore("gdb is not installed (package gdb-multiarch)");
        GdbOptions options = new() { Path = path!, LogFile = Path.Combine(_folder, "gdb.log") };
        return await Gdb.StartAsync(timeout is { } given ? options with { CommandTimeout = given } : options, Installed.Token);
    }
}
