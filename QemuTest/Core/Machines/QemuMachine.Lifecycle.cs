using System.Diagnostics;
using QemuTest.Processes;
using QemuTest.Qmp;

namespace QemuTest.Machines;

/// <content>Launch and exit.</content>
public sealed partial class QemuMachine
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ExitAfterDisconnectTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Starts QEMU and waits until its monitor answers. Without a monitor, waits only until the process is started.</summary>
    /// <param name="cancellationToken">Cancels the launch; QEMU is killed.</param>
    /// <exception cref="QemuBinaryException">The binary does not exist, cannot be run, or is not QEMU.</exception>
    /// <exception cref="QemuLaunchException">QEMU exited, or its monitor did not answer in time. The message includes QEMU's output.</exception>
    /// <exception cref="InvalidOperationException">The machine is already launched.</exception>
    public async Task LaunchAsync(CancellationToken cancellationToken = default)
    {
        if (IsLaunched)
            throw new InvalidOperationException($"QEMU '{Name}' is already launched. Call {nameof(ShutdownAsync)}() first.");
        if (_run is not null)
            await _run.ReleaseAsync().ConfigureAwait(false);
        QemuBinary binary = await QemuBinary.OpenAsync(Binary, cancellationToken).ConfigureAwait(false);
        bool qtestAccelerator = QtestEnabled && (await binary.GetCapabilitiesAsync(cancellationToken).ConfigureAwait(false)).HasQtest;
        bool monitorObjects = await binary.HasMonitorObjectsAsync(cancellationToken).ConfigureAwait(false);
        await TimeoutMeasurement.ApplyAsync(binary.Path, byDefault: false, cancellationToken).ConfigureAwait(false);
        _run = null;
        using var sockets = new MachineSockets(QmpEnabled, _consoleWanted, QtestEnabled);
        IReadOnlyList<string> arguments = Arguments(sockets, qtestAccelerator, monitorObjects);
        string[] command = [.. Wrapper, binary.Path, .. arguments];
        string program = Wrapper.Count == 0
            ? binary.Path
            : SearchPath.Find(command[0]) ?? throw new QemuBinaryException($"The wrapper of QEMU '{Name}', '{command[0]}', is not in PATH.");
        CommandLine = ShellQuoting.Join(command);
        _options.Logger?.Launching(Name, CommandLine);
        var run = new MachineRun(
            await ChildProcess.StartAsync(program, command[1..], LogFile, [.. sockets.All, .. _inherited]).ConfigureAwait(false));
        _run = run;
        try
        {
            await run.AttachAsync(sockets, _options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // An end of file means that QEMU is exiting by itself: its own exit status says more than SIGKILL from here.
            bool exiting = error is QmpConnectException { InnerException: not OperationCanceledException };
            ProcessExit? exit = exiting ? await run.ExitAfterEofAsync().ConfigureAwait(false) : null;
            await run.ReleaseAsync().ConfigureAwait(false);
            if (error is not QmpException)
                throw;
            throw new QemuLaunchException(Failure(exit is null ? MachinePhase.Greeting : MachinePhase.Launch, exit), error.Message, error);
        }
    }

    /// <summary>Waits until QEMU exits by itself. The exit may be abnormal: check the result.</summary>
    /// <param name="timeout">The timeout; null for 30 s.</param>
    /// <param name="cancellationToken">Cancels the wait; QEMU keeps running.</param>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not longer than zero, or longer than a day.</exception>
    /// <exception cref="InvalidOperationException">The machine was never launched.</exception>
    /// <exception cref="QemuAbnormalExitException">QEMU did not exit in time and was killed.</exception>
    public async Task<ProcessExit> WaitForExitAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        TimeSpan atMost = Timeouts.Scale(Timeouts.Checked(timeout ?? ShutdownTimeout, nameof(timeout)));
        MachineRun run = _run ?? throw new InvalidOperationException($"QEMU '{Name}' was never launched. Call {nameof(LaunchAsync)}() first.");
        try
        {
            await run.Exited.WaitAsync(atMost, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException error)
        {
            await run.ReleaseAsync().ConfigureAwait(false);
            throw new QemuAbnormalExitException(
                Failure(MachinePhase.Running, run.Exit), $"it did not exit by itself within {atMost.TotalSeconds:0.###} s and was killed.", error);
        }

        await run.ReleaseAsync().ConfigureAwait(false);
        return run.Exit!.Value;
    }

    /// <summary>Asks QEMU to quit, and kills it if it does not exit in time. Does nothing if the machine is not launched.</summary>
    /// <param name="timeout">The timeout for the monitor's answer and the exit together; null for 30 s.</param>
    /// <param name="cancellationToken">Cancels the wait for a normal exit; QEMU is killed.</param>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not longer than zero, or longer than a day.</exception>
    /// <exception cref="QemuAbnormalExitException">QEMU crashed, exited with an error, or had to be killed.</exception>
    public async Task ShutdownAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        TimeSpan asked = Timeouts.Checked(timeout ?? ShutdownTimeout, nameof(timeout));
        if (_run is not { } run)
            return;
        if (run.IsReleased)
        {
            await run.ReleaseAsync().ConfigureAwait(false);
            return;
        }

        long began = Stopwatch.GetTimestamp();
        bool exitedBefore = !run.IsRunning
            // The monitor of a QEMU that crashes is closed a moment before the exit is known.
            || (run.Qmp is { IsConnected: false } && await run.ExitWithinAsync(ExitAfterDisconnectTimeout).ConfigureAwait(false) is not null);
        string? problem = null;
        bool terminated = false;
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(Timeouts.Scale(asked));
            terminated = await AskToQuitAsync(run, asked, deadline.Token).ConfigureAwait(false);
            await run.Exited.WaitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationCanceledException or QmpTimeoutException)
        {
            problem = $"it did not react to 'quit' within {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s and was killed.";
        }

        await run.ReleaseAsync().ConfigureAwait(false);
        ProcessExit exit = run.Exit!.Value;
        // SIGTERM kills a QEMU that does not handle it yet; that is a normal exit too.
        bool expected = exit.IsClean || (terminated && exit.Signal == (int)Signal.Terminate);
        if (problem is null && !expected)
            problem = exitedBefore ? $"it had exited before the shutdown, with {exit}." : $"{exit} after 'quit'.";
        if (problem is null)
        {
            _options.Logger?.ShutDown(Name, exit);
            return;
        }

        _options.Logger?.ShutDownAbnormally(Name, exit, problem);
        throw new QemuAbnormalExitException(Failure(exitedBefore ? MachinePhase.Running : MachinePhase.Shutdown, exit), problem);
    }

    /// <summary>Kills QEMU with SIGKILL and releases its resources. Does nothing if the machine is not launched.</summary>
    /// <param name="cancellationToken">Cancels the wait for the exit; QEMU is killed nevertheless.</param>
    /// <exception cref="QemuMachineException">The kernel did not end the process within 20 s.</exception>
    public async Task KillAsync(CancellationToken cancellationToken = default)
    {
        if (_run is not null)
            await _run.ReleaseAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Kills QEMU if it still runs. Call <see cref="ShutdownAsync"/> first to check the exit.</summary>
    public async ValueTask DisposeAsync() => await KillAsync(CancellationToken.None).ConfigureAwait(false);

    private IReadOnlyList<string> Arguments(MachineSockets sockets, bool qtestAccelerator, bool monitorObjects) => new QemuCommandLine
    {
        QmpDescriptor = sockets.Monitor?.ChildDescriptor,
        MonitorObjects = monitorObjects,
        QtestAccelerator = qtestAccelerator,
        QtestDescriptor = sockets.Qtest?.ChildDescriptor,
        ConsoleDescriptor = sockets.Console?.ChildDescriptor,
        ConsoleDevice = _consoleDevice,
        ConsoleIndex = _consoleIndex,
        SemihostingConsole = _semihosting,
        Machine = _machine,
        BackdoorPath = _options.QmpBackdoor,
        Extra = [.. Args],
    }.Build();

    private MachineFailure Failure(MachinePhase phase, ProcessExit? exit) => new()
    {
        MachineName = Name,
        Phase = phase,
        CommandLine = CommandLine,
        Exit = exit,
        Output = Output,
        LogFile = LogFile,
    };

    // Returns whether a signal asked, rather than the monitor.
    private static async Task<bool> AskToQuitAsync(MachineRun run, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!run.IsRunning)
            return false;
        if (run.Qmp is not { IsConnected: true } qmp)
        {
            Signals.TrySend(run.ProcessId, Signal.Terminate);
            return true;
        }

        try
        {
            await qmp.QuitAsync(new() { Timeout = timeout }, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (QmpException error) when (error is QmpDisconnectedException or QmpCommandException or QmpProtocolException)
        {
            // QEMU is exiting already, or its monitor refuses commands: the wait for the exit decides.
        }

        return false;
    }
}
