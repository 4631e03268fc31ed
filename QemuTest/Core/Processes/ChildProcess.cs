using System.Text;
using CliWrap;
using QemuTest.Machines;

namespace QemuTest.Processes;

/// <summary>One running program, its output in a log file, its end as a task. It dies with the test host.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    // A log of gigabytes (a trace on standard error, say) must not go into an exception whole.
    private const int MostOutput = 64 * 1024;
    private static readonly TimeSpan KillTimeout = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _kill;
    private readonly FileStream _log;

    private ChildProcess(CommandTask<CommandResult> task, CancellationTokenSource kill, FileStream log)
    {
        _kill = kill;
        _log = log;
        Id = task.ProcessId;
        Exit = ExitOfAsync(task);
    }

    public int Id { get; }

    /// <summary>Ends when the process has, with how it did.</summary>
    public Task<ProcessExit> Exit { get; }

    public string Output
    {
        get
        {
            using var file = new FileStream(_log.Name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            long skipped = Math.Max(0, file.Length - MostOutput);
            file.Position = skipped;
            using var reader = new StreamReader(file, Encoding.UTF8);
            return (skipped > 0 ? $"({skipped} bytes before this are in the log)\n" : "") + reader.ReadToEnd();
        }
    }

    public static async Task<ChildProcess> StartAsync(
        string program, IReadOnlyList<string> arguments, string logFile, IReadOnlyList<IInherited> inherited)
    {
        var log = new FileStream(logFile, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var kill = new CancellationTokenSource();
        try
        {
            // Both streams go to one file, in the order in which they come.
            Stream both = Stream.Synchronized(log);
            Command command = ChildProcesses.Guarded(program, arguments)
                .WithStandardOutputPipe(PipeTarget.ToStream(both, autoFlush: true))
                .WithStandardErrorPipe(PipeTarget.ToStream(both, autoFlush: true));
            CommandTask<CommandResult> task = await ChildProcesses.StartAsync(command, inherited, kill.Token).ConfigureAwait(false);
            return new ChildProcess(task, kill, log);
        }
        catch
        {
            kill.Dispose();
            await log.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Sends SIGKILL and waits for the end.</summary>
    /// <exception cref="QemuMachineException">The kernel did not let go of it within 20 s.</exception>
    public async Task<ProcessExit> KillAsync()
    {
        if (!Exit.IsCompleted)
            await _kill.CancelAsync().ConfigureAwait(false);
        try
        {
            return await Exit.WaitAsync(KillTimeout).ConfigureAwait(false);
        }
        catch (TimeoutException error)
        {
            throw new QemuMachineException(
                $"Process {Id} did not end within {KillTimeout.TotalSeconds} s of SIGKILL; it hangs in the kernel (state D in ps).", error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync().ConfigureAwait(false);
        await _log.DisposeAsync().ConfigureAwait(false);
        _kill.Dispose();
    }

    private static async Task<ProcessExit> ExitOfAsync(CommandTask<CommandResult> task)
    {
        const int KilledByUs = 128 + 9;
        try
        {
            return new ProcessExit((await task.Task.ConfigureAwait(false)).ExitCode);
        }
        catch (OperationCanceledException)
        {
            return new ProcessExit(KilledByUs);
        }
    }
}
