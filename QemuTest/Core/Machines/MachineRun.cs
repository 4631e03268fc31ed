using QemuTest.Consoles;
using QemuTest.Processes;
using QemuTest.Qmp;
using QemuTest.Qtest;

namespace QemuTest.Machines;

/// <summary>One launch of a machine: the process, and the clients of its sockets.</summary>
internal sealed class MachineRun(ChildProcess process)
{
    // After the end of file on a socket the process needs a moment to exit, and more if it writes a core dump.
    private static readonly TimeSpan ExitAfterEofTimeout = TimeSpan.FromSeconds(30);

    private Task? _release;

    public int ProcessId => process.Id;

    /// <summary>Gets the exit; null while the process runs.</summary>
    public ProcessExit? Exit => process.Exit.IsCompletedSuccessfully ? process.Exit.Result : null;

    /// <summary>Gets the task that completes when the process exits.</summary>
    public Task<ProcessExit> Exited => process.Exit;

    public bool IsRunning => !process.Exit.IsCompleted;

    /// <summary>Gets whether <see cref="ReleaseAsync"/> was called.</summary>
    public bool IsReleased => _release is not null;

    /// <summary>Gets the end of QEMU's output, at most 64 KiB; empty if the log was deleted.</summary>
    public string Output
    {
        get
        {
            try
            {
                return process.Output;
            }
            catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
            {
                return "";
            }
        }
    }

    public QmpClient? Qmp { get; private set; }

    public SerialConsole? Console { get; private set; }

    public QtestClient? Qtest { get; private set; }

    /// <summary>Creates the clients of the sockets, and waits until the monitor answers.</summary>
    public async Task AttachAsync(MachineSockets sockets, QemuMachineOptions options, CancellationToken cancellationToken)
    {
        if (sockets.Console is not null)
            Console = new SerialConsole(
                sockets.Console.TakeHostEnd(), options.Name, Path.Combine(options.LogDirectory, options.ConsoleLogName), DescribeEndAsync);
        if (sockets.Qtest is not null)
            Qtest = new QtestClient(sockets.Qtest.TakeHostEnd(), options.Name, options.Logger);
        if (sockets.Monitor is not null)
            Qmp = await QmpClient.AttachAsync(sockets.Monitor.TakeHostEnd(), options.ToQmpOptions(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits for the exit that follows the end of file on a socket.</summary>
    /// <returns>The exit; null if the process still runs 30 s later.</returns>
    public Task<ProcessExit?> ExitAfterEofAsync() => ExitWithinAsync(ExitAfterEofTimeout);

    /// <summary>Waits for the exit, but not longer than the timeout.</summary>
    /// <returns>The exit; null if the process still runs.</returns>
    public async Task<ProcessExit?> ExitWithinAsync(TimeSpan timeout)
    {
        try
        {
            return await process.Exit.WaitAsync(Timeouts.Scale(timeout)).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Kills the process if it still runs, reads what is left on the sockets, and closes everything. A second call waits for the
    /// first.</summary>
    public Task ReleaseAsync() => _release ??= CloseAsync();

    private async Task<string> DescribeEndAsync(CancellationToken cancellationToken)
    {
        ProcessExit? exit = await ExitAfterEofAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        string output = Output.TrimEnd();
        return (exit is { } ended ? $"QEMU ended with {ended}." : "QEMU still runs, but closed the console.")
            + (output.Length == 0 ? "" : $" Its output:\n{output}\n");
    }

    private async Task CloseAsync()
    {
        await process.KillAsync().ConfigureAwait(false);
        if (Qmp is not null)
            await Qmp.DisposeAsync().ConfigureAwait(false);
        if (Console is not null)
            await Console.DisposeAsync().ConfigureAwait(false);
        if (Qtest is not null)
            await Qtest.DisposeAsync().ConfigureAwait(false);
        await process.DisposeAsync().ConfigureAwait(false);
    }
}
