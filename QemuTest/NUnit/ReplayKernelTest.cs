using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;
using QemuTest.Consoles;
using QemuTest.Machines;
using QemuTest.Processes;

namespace QemuTest.NUnit;

/// <summary>Records the boot of a kernel, and replays it. Equals upstream's <c>ReplayKernelBase</c>; where that has a script of QEMU's
/// tree look at the recording's form, this compares what both runs showed.</summary>
[TestTimeout(180)]
public abstract class ReplayKernelTest : LinuxKernelTest
{
    /// <summary>What every kernel gets on its command line: times, which a replay must repeat, and an end at a panic. Ends with a
    /// blank.</summary>
    public const string ReplayKernelCommandLine = "printk.time=1 panic=-1 ";

    /// <summary>Records until <paramref name="pattern"/> appears, replays, and asserts that the console showed the same up to there,
    /// and that the replay ended by itself. Equals upstream's <c>run_rr</c>.</summary>
    /// <param name="kernel">The kernel's path.</param>
    /// <param name="commandLine">Its command line.</param>
    /// <param name="pattern">What ends the recording.</param>
    /// <param name="shift">How many nanoseconds an instruction takes, as a power of two.</param>
    /// <param name="args">More arguments for both runs.</param>
    public async Task RecordAndReplayAsync(string kernel, string commandLine, ConsolePattern pattern, int shift = 7, params string[] args)
    {
        await RequireAcceleratorAsync("tcg").ConfigureAwait(false);
        string recording = ScratchFile("replay.bin");

        long began = Stopwatch.GetTimestamp();
        QemuMachine record = NewMachine("record", recording, kernel, commandLine, shift, args);
        await record.LaunchAsync(Token).ConfigureAwait(false);
        ConsoleMatch recorded = await WaitForConsolePatternAsync(pattern, vm: record).ConfigureAwait(false);
        await record.ShutdownAsync(cancellationToken: Token).ConfigureAwait(false);
        TimeSpan recordTime = Stopwatch.GetElapsedTime(began);
        long size = new FileInfo(recording).Length;
        Assert.That(size, Is.GreaterThan(0), "the recording is empty");

        began = Stopwatch.GetTimestamp();
        QemuMachine replay = NewMachine("replay", recording, kernel, commandLine, shift, args);
        await replay.LaunchAsync(Token).ConfigureAwait(false);
        ConsoleMatch replayed = await WaitForConsolePatternAsync(pattern, vm: replay).ConfigureAwait(false);
        ProcessExit exit = await replay.WaitForExitAsync(cancellationToken: Token).ConfigureAwait(false);
        TimeSpan replayTime = Stopwatch.GetElapsedTime(began);

        Assert.That(replayed.Before + replayed.Value, Is.EqualTo(recorded.Before + recorded.Value), "the replay's console");
        Assert.That(exit, Is.EqualTo(new ProcessExit(0)), "the replay's end");
        RecordFact("record and replay", string.Create(
            CultureInfo.InvariantCulture,
            $"{size} bytes; recorded in {recordTime.TotalSeconds:0.0} s, replayed in {replayTime.TotalSeconds:0.0} s"));
    }

    private QemuMachine NewMachine(string mode, string recording, string kernel, string commandLine, int shift, string[] args)
    {
        QemuMachine machine = GetVm(mode);
        machine.SetConsole();
        machine.AddArgs(
            "-icount", $"shift={shift.ToString(CultureInfo.InvariantCulture)},rr={mode},rrfile={recording}",
            "-kernel", kernel,
            "-append", commandLine,
            "-net", "none",
            "-no-reboot");
        machine.AddArgs(args);
        return machine;
    }
}
