using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;
using QemuTest.Consoles;
using QemuTest.Machines;
using QemuTest.Processes;

namespace QemuTest.NUnit;

/// <summary>The base of tests that record the boot of a kernel, replay it, and compare the console output of both runs.</summary>
/// <remarks><c>ReplayKernelBase</c> in QEMU's own framework, which checks the format of the recording instead.</remarks>
[TestTimeout(180)]
public abstract class ReplayKernelTest : LinuxKernelTest
{
    /// <summary>The start of a kernel command line: messages with times, which a replay must repeat, and a reboot after a panic. Ends with
    /// a blank.</summary>
    public const string ReplayKernelCommandLine = "printk.time=1 panic=-1 ";

    /// <summary>Records until a pattern appears and replays the recording. Asserts that the console output up to the pattern is the same in
    /// both runs, and that the replay exits by itself. Skips the test without TCG.</summary>
    /// <remarks><c>run_rr</c> in QEMU's own framework.</remarks>
    /// <param name="kernel">The path of the kernel.</param>
    /// <param name="commandLine">The command line of the kernel.</param>
    /// <param name="pattern">The pattern that ends the recording.</param>
    /// <param name="shift">The duration of an instruction: 2 to this power, in nanoseconds.</param>
    /// <param name="args">Additional arguments for both runs.</param>
    /// <exception cref="ConsoleException">The pattern did not appear in one of the runs.</exception>
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

        Assert.That(replayed.Before + replayed.Value, Is.EqualTo(recorded.Before + recorded.Value), "the console output of the replay");
        Assert.That(exit, Is.EqualTo(new ProcessExit(0)), "the exit of the replay");
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
