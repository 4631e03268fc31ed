using System.Globalization;
using NUnit.Framework;
using QemuTest.Debugging;
using QemuTest.Guests;
using QemuTest.Machines;
using QemuTest.Processes;
using QemuTest.Qmp;

namespace QemuTest.NUnit;

/// <summary>The base of tests that record a machine, replay it under GDB, and step and run forwards and backwards. A QEMU that hangs in a
/// reverse step (QEMU's issues 1992 and 2922) fails the test after <see cref="GdbTimeout"/>, with the last lines of GDB and the state of
/// the monitor.</summary>
/// <remarks><c>ReverseDebugging</c> in QEMU's own framework.</remarks>
[TestTimeout(180)]
public abstract class ReverseDebuggingTest : QemuSystemTest
{
    private const string GdbVariable = "QEMU_TEST_GDB";
    private const long DiskSize = 128 << 20;

    // QEMU sends no event for the instruction count, so it is queried at this interval.
    private static readonly TimeSpan CountInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RecordTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MonitorTimeout = TimeSpan.FromSeconds(3);

    /// <summary>The number of instructions that are stepped over.</summary>
    public const int Steps = 10;

    /// <summary>Gets or sets the timeout of each GDB command. Default: 32 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not longer than zero, or longer than a day.</exception>
    protected TimeSpan GdbTimeout { get; set => field = Timeouts.Checked(value, nameof(GdbTimeout)); } = TimeSpan.FromSeconds(32);

    /// <summary>Records a machine, and debugs the replay forwards and backwards. Skips the test without <c>qemu-img</c>, or without a GDB
    /// for the architecture (<c>QEMU_TEST_GDB</c>; if unset, <c>gdb-multiarch</c> or <c>gdb</c> in PATH).</summary>
    /// <param name="gdbArchitecture">GDB's name of the architecture, for example <c>i386:x86-64</c>.</param>
    /// <param name="bigEndian">Whether the guest is big-endian. QEMU does not tell GDB.</param>
    /// <param name="shift">The duration of an instruction: 2 to this power, in nanoseconds.</param>
    /// <param name="args">Additional arguments for both runs.</param>
    public async Task ReverseDebuggingAsync(string gdbArchitecture, bool bigEndian = false, int shift = 7, params string[] args)
    {
        QemuImg images = QemuImg.Find() ?? throw new IgnoreException("qemu-img is neither in MESON_BUILD_ROOT, QEMU_BUILD_ROOT nor PATH. Install it (Debian: qemu-utils); 'qemu-test doctor' shows what is missing");
        await using Gdb gdb = await StartGdbAsync(gdbArchitecture, bigEndian).ConfigureAwait(false);
        string disk = ScratchFile("disk.qcow2");
        await images.CreateAsync(disk, "qcow2", DiskSize, Token).ConfigureAwait(false);

        long end = await RecordAsync(disk, shift, args).ConfigureAwait(false);
        RecordFact("instructions recorded", end.ToString(CultureInfo.InvariantCulture));

        string socket = Path.Combine(SocketDirectory, "gdb");
        QemuMachine replay = NewMachine("replay", disk, shift, args);
        replay.AddArgs("-gdb", $"unix:{socket},server=on,wait=off", "-S");
        await replay.LaunchAsync(Token).ConfigureAwait(false);
        try
        {
            await gdb.ConnectAsync(socket, Token).ConfigureAwait(false);
            await WalkAsync(gdb, replay, end).ConfigureAwait(false);
        }
        catch (GdbException error)
        {
            string monitor = await DescribeMonitorAsync(replay).ConfigureAwait(false);
            // A QEMU that hangs would also hang in the tear-down, and hide this error.
            await replay.KillAsync().ConfigureAwait(false);
            Assert.Fail($"{error.Message}\n{monitor}");
        }
    }

    /// <summary>Gets the address of a breakpoint for the current instruction. The default is the program counter; a target with segments
    /// overrides this method.</summary>
    /// <param name="replay">The machine, stopped.</param>
    /// <param name="programCounter">The program counter according to GDB.</param>
    protected virtual Task<ulong> BreakpointAddressAsync(QemuMachine replay, ulong programCounter) => Task.FromResult(programCounter);

    private static async Task<ulong> CounterAsync(Gdb gdb) => await gdb.EvaluateAsync("$pc", Token).ConfigureAwait(false);

    private static async Task<string> DescribeMonitorAsync(QemuMachine replay)
    {
        try
        {
            ReplayInfo where = await replay.Qmp.QueryReplayAsync(new() { Timeout = MonitorTimeout }, Token).ConfigureAwait(false);
            StatusInfo status = await replay.Qmp.QueryStatusAsync(new() { Timeout = MonitorTimeout }, Token).ConfigureAwait(false);
            return $"QEMU's monitor answers: {status.Status}, at instruction {where.Icount}.";
        }
        catch (QmpException error)
        {
            return $"QEMU's monitor does not answer: {error.Message}";
        }
    }

    private async Task<Gdb> StartGdbAsync(string architecture, bool bigEndian)
    {
        string path = Environment.GetEnvironmentVariable(GdbVariable) is { Length: > 0 } named
            ? named
            : SearchPath.Find("gdb-multiarch") ?? SearchPath.Find("gdb")
                ?? throw new IgnoreException($"{GdbVariable} is not set, and neither gdb-multiarch nor gdb is in PATH. Install gdb-multiarch; 'qemu-test doctor' shows what is missing");
        Gdb gdb = await Gdb.StartAsync(new() { Path = path, LogFile = LogFile("gdb.log"), CommandTimeout = GdbTimeout }, Token).ConfigureAwait(false);
        try
        {
            await gdb.CliAsync($"set architecture {architecture}", Token).ConfigureAwait(false);
            await gdb.CliAsync($"set endian {(bigEndian ? "big" : "little")}", Token).ConfigureAwait(false);
            return gdb;
        }
        catch (GdbCommandException error)
        {
            await gdb.DisposeAsync().ConfigureAwait(false);
            throw new IgnoreException($"{path} does not support {architecture}: {error.Reason}");
        }
    }

    private QemuMachine NewMachine(string mode, string disk, int shift, string[] args)
    {
        QemuMachine machine = GetVm(mode);
        machine.SetConsole();
        machine.AddArgs(
            "-icount", $"shift={shift.ToString(CultureInfo.InvariantCulture)},rr={mode},rrfile={ScratchFile("replay.bin")},rrsnapshot=init",
            "-net", "none",
            "-drive", $"file={disk},if=none");
        machine.AddArgs(args);
        return machine;
    }

    private async Task<long> RecordAsync(string disk, int shift, string[] args)
    {
        QemuMachine record = NewMachine("record", disk, shift, args);
        await record.LaunchAsync(Token).ConfigureAwait(false);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(Timeouts.Scale(RecordTimeout));
        using var timer = new PeriodicTimer(CountInterval);
        long executed;
        do
        {
            if (deadline.IsCancellationRequested)
                Assert.Fail($"The machine executed at most {Steps} instructions within {Timeouts.Scale(RecordTimeout).TotalSeconds:0.###} s of recording.");
            await timer.WaitForNextTickAsync(Token).ConfigureAwait(false);
            executed = (await record.Qmp.QueryReplayAsync(cancellationToken: Token).ConfigureAwait(false)).Icount;
        }
        while (executed <= Steps);

        await record.ShutdownAsync(cancellationToken: Token).ConfigureAwait(false);
        return executed;
    }

    private async Task WalkAsync(Gdb gdb, QemuMachine replay, long end)
    {
        Assert.That(await gdb.CanReverseAsync(Token).ConfigureAwait(false), Is.True, "QEMU offers reverse execution to GDB");

        Log("forwards, to record the program counters");
        ulong[] counters = new ulong[Steps];
        ulong[] breakpoints = new ulong[Steps];
        for (int i = 0; i < Steps; i++)
        {
            counters[i] = await CounterAsync(gdb).ConfigureAwait(false);
            breakpoints[i] = await BreakpointAddressAsync(replay, counters[i]).ConfigureAwait(false);
            await gdb.StepInstructionAsync(cancellationToken: Token).ConfigureAwait(false);
        }

        Log("backwards, step by step");
        for (int i = Steps - 1; i >= 0; i--)
        {
            await gdb.StepInstructionAsync(reverse: true, Token).ConfigureAwait(false);
            await ExpectCounterAsync(gdb, counters[i], $"after {Steps - i} steps back").ConfigureAwait(false);
        }

        Log("forwards again");
        for (int i = 0; i < Steps; i++)
        {
            await ExpectCounterAsync(gdb, counters[i], $"after {i} steps forwards again").ConfigureAwait(false);
            await gdb.StepInstructionAsync(cancellationToken: Token).ConfigureAwait(false);
        }

        foreach (ulong address in breakpoints.Distinct())
            await gdb.BreakAsync(address, Token).ConfigureAwait(false);

        // A machine that reaches its first instructions again stops at a breakpoint, which is as good as the end of the recording.
        await replay.Qmp.ReplayBreakAsync(end - 1, cancellationToken: Token).ConfigureAwait(false);
        GdbStop stop = await gdb.ContinueAsync(cancellationToken: Token).ConfigureAwait(false);
        ReplayInfo where = await replay.Qmp.QueryReplayAsync(cancellationToken: Token).ConfigureAwait(false);
        bool atEnd = where.Icount == end - 1;
        Log($"stopped at instruction {where.Icount} of {end}: {stop}");
        ulong at = await BreakpointAddressAsync(replay, await CounterAsync(gdb).ConfigureAwait(false)).ConfigureAwait(false);
        Assert.That(
            atEnd || Array.IndexOf(breakpoints, at) >= 0,
            $"the replay stopped at instruction {where.Icount}, which is neither the end ({end - 1}) nor a breakpoint: {stop}");

        Log("backwards to the last breakpoint");
        await gdb.ContinueAsync(reverse: true, Token).ConfigureAwait(false);
        await ExpectCounterAsync(gdb, counters[^1], "after running backwards to the last breakpoint").ConfigureAwait(false);
        RecordFact("reverse debugging", $"{Steps} steps forwards, back, forwards; back from instruction {where.Icount}");
    }

    private static async Task ExpectCounterAsync(Gdb gdb, ulong expected, string when)
    {
        ulong found = await CounterAsync(gdb).ConfigureAwait(false);
        Assert.That(found, Is.EqualTo(expected), $"the program counter {when}: 0x{found:x} instead of 0x{expected:x}");
    }
}
