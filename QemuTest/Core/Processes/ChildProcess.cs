using System.Diagnostics;
using System.Text;

namespace QemuTest.Processes;

/// <summary>One running program, with its output in a log file and its exit as a task. It dies with the test host. Its exit is observed
/// on the process: a descendant that keeps the output open does not delay it.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    // A log of gigabytes (a trace on standard error, for example) must not go into an exception.
    private const int MostOutput = 64 * 1024;

    private readonly Process _process;
    private readonly string _logFile;

    private ChildProcess(Process process, string logFile)
    {
        _process = process;
        _logFile = logFile;
        Id = process.Id;
        Exit = ExitOfAsync(process);
    }

    public int Id { get; }

    /// <summary>Completes when the process has exited.</summary>
    public Task<ProcessExit> Exit { get; }

    public string Output
    {
        get
        {
            using var file = new FileStream(_logFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            long skipped = Math.Max(0, file.Length - MostOutput);
            file.Position = skipped;
            using var reader = new StreamReader(file, Encoding.UTF8);
            return (skipped > 0 ? $"({skipped} bytes before this are in the log)\n" : "") + reader.ReadToEnd();
        }
    }

    public static async Task<ChildProcess> StartAsync(
        string program, IReadOnlyList<string> arguments, string logFile, IReadOnlyList<IInherited> inherited)
    {
        await File.WriteAllBytesAsync(logFile, []).ConfigureAwait(false);
        return new ChildProcess(await ChildProcesses.StartAsync(program, arguments, logFile, inherited).ConfigureAwait(false), logFile);
    }

    /// <summary>Sends SIGKILL and waits for the exit.</summary>
    /// <exception cref="ProgramException">The process did not exit within 20 s.</exception>
    public async Task<ProcessExit> KillAsync()
    {
        if (!Exit.IsCompleted)
            await ChildProcesses.KillAsync(_process).ConfigureAwait(false);
        return await Exit.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync().ConfigureAwait(false);
        _process.Dispose();
    }

    private static async Task<ProcessExit> ExitOfAsync(Process process)
    {
        await process.WaitForExitAsync().ConfigureAwait(false);
        return new ProcessExit(process.ExitCode);
    }
}
