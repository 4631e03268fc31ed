using System.Diagnostics;
using System.Runtime.InteropServices;
using QemuTest.Consoles;
using QemuTest.Processes;
using QemuTest.Qmp;
using QemuTest.Qtest;

namespace QemuTest.Machines;

/// <summary>
/// One QEMU process, from arguments to exit. Monitor and console run over inherited sockets, so no path is left behind; the
/// process dies with the test host. Configure, launch, use, shut down; after that it may be launched again. One user at a time.
/// Equals upstream's <c>QEMUMachine</c>.
/// </summary>
public sealed class QemuMachine : IAsyncDisposable
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(30);

    // After the monitor's end of file the process needs a moment to be gone; a QEMU that dumps core needs longer.
    private static readonly TimeSpan ExitAfterEofTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan DyingTimeout = TimeSpan.FromSeconds(1);

    private readonly QemuMachineOptions _options;
    private readonly List<InheritedHandle> _inherited = [];
    private ChildProcess? _process;
    private QmpClient? _qmp;
    private SerialConsole? _console;
    private QtestClient? _qtest;
    private bool _consoleWanted;
    private string? _consoleDevice;
    private int _consoleIndex;
    private string? _machine;
    private ProcessExit? _exit;
    private bool _exitSeen;

    /// <summary>Prepares a machine; nothing is started, and the binary is looked at only when it is launched.</summary>
    /// <param name="binary">The path of a QEMU, or a name to be found in PATH.</param>
    /// <param name="options">Name, folders, limits.</param>
    public QemuMachine(string binary, QemuMachineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Binary = binary;
        _options = options;
    }

    /// <summary>The machine's name.</summary>
    public string Name => _options.Name;

    /// <summary>The path of the QEMU that it runs.</summary>
    public string Binary { get; }

    /// <summary>The extra arguments, live: what the test adds after the base arguments.</summary>
    public IList<string> Args { get; } = new List<string>();

    /// <summary>Whether the next launch has a monitor. Default: yes. Turn it off where QEMU is expected to exit at once.</summary>
    public bool QmpEnabled { get; set; } = true;

    /// <summary>The monitor.</summary>
    /// <exception cref="InvalidOperationException">Not launched, or launched without a monitor.</exception>
    public QmpClient Qmp => _qmp ?? throw new InvalidOperationException(
        _process is null ? $"QEMU '{Name}' is not launched, so it has no monitor." : $"QEMU '{Name}' was launched without a monitor.");

    /// <summary>The serial console.</summary>
    /// <exception cref="InvalidOperationException">Not launched, or <see cref="SetConsole"/> was not called before.</exception>
    public SerialConsole Console => _console ?? throw new InvalidOperationException(
        _process is null ? $"QEMU '{Name}' is not launched, so it has no console." : $"QEMU '{Name}' has no console: call SetConsole() before LaunchAsync().");

    /// <summary>Whether the next launch has a <see cref="Qtest"/> socket, and a processor that executes nothing. Default: no. Where the
    /// binary has no qtest accelerator (distributions leave it out), the processor is TCG's, stopped until <c>cont</c>; then the clock
    /// cannot be moved. Equals upstream's <c>QEMUQtestMachine</c>.</summary>
    public bool QtestEnabled { get; set; }

    /// <summary>The socket through which a test plays the processor.</summary>
    /// <exception cref="InvalidOperationException">Not launched, or launched without <see cref="QtestEnabled"/>.</exception>
    public QtestClient Qtest => _qtest ?? throw new InvalidOperationException(
        _process is null ? $"QEMU '{Name}' is not launched, so it has no qtest socket." : $"QEMU '{Name}' has no qtest socket: set QtestEnabled before LaunchAsync().");

    /// <summary>The monitor of the last launch, closed or not, for reports.</summary>
    internal QmpClient? LastMonitor => _qmp;

    /// <summary>The console of the last launch, closed or not, for reports.</summary>
    internal SerialConsole? LastConsole => _console;

    /// <summary>Whether it was launched and has not ended.</summary>
    public bool IsRunning => _process is { Exit.IsCompleted: false };

    /// <summary>The process id, or null while it does not run.</summary>
    public int? ProcessId => IsRunning ? _process!.Id : null;

    /// <summary>How the last process ended; null before a launch and while it runs.</summary>
    public ProcessExit? Exit => _process is { Exit: { IsCompletedSuccessfully: true } exit } ? exit.Result : _exit;

    /// <summary>The file with QEMU's standard output and standard error.</summary>
    public string LogFile => Path.Combine(_options.LogDirectory, Name + ".log");

    /// <summary>The command line of the last launch, quoted for a shell; empty before.</summary>
    public string CommandLine { get; private set; } = "";

    /// <summary>What QEMU wrote on standard output and standard error so far, the last 64 KiB of it.</summary>
    public string Output => _process?.Output ?? (File.Exists(LogFile) ? File.ReadAllText(LogFile) : "");

    /// <summary>Appends arguments. An empty string stays an argument of its own.</summary>
    public void AddArgs(params string[] arguments)
    {
        foreach (string argument in arguments)
            Args.Add(argument);
    }

    /// <summary>Lets the launches from now on inherit a descriptor, for options such as <c>fd=N</c>. It stays the caller's, and must
    /// stay open until the launch.</summary>
    /// <returns>The number under which QEMU has it.</returns>
    public int Inherit(SafeHandle descriptor)
    {
        var inherited = new InheritedHandle(descriptor);
        _inherited.Add(inherited);
        return inherited.Number;
    }

    /// <summary>Sets the machine type, options included, for example <c>q35,accel=tcg</c>.</summary>
    public void SetMachine(string machine) => _machine = machine;

    /// <summary>Gives the next launch a console.</summary>
    /// <param name="deviceType">A device type where the machine has no serial port of its own, for example <c>isa-serial</c>.</param>
    /// <param name="consoleIndex">How many serial ports before it stay unused.</param>
    public void SetConsole(string? deviceType = null, int consoleIndex = 0)
    {
        _consoleWanted = true;
        _consoleDevice = deviceType;
        _consoleIndex = consoleIndex;
    }

    /// <summary>Starts QEMU and waits until its monitor answers. Without a monitor, a started process is enough.</summary>
    /// <exception cref="QemuBinaryException">The binary is not there, cannot be run, or is not QEMU.</exception>
    /// <exception cref="QemuLaunchException">QEMU ended first, or no greeting came in time; its own words are in the text.</exception>
    public async Task LaunchAsync(CancellationToken cancellationToken = default)
    {
        if (_process is not null)
            throw new InvalidOperationException($"QEMU '{Name}' is already launched; shut it down first.");
        QemuBinary binary = await QemuBinary.OpenAsync(Binary, cancellationToken).ConfigureAwait(false);
        (_qmp, _console, _qtest, _exit, _exitSeen) = (null, null, null, null, false);
        using InheritedSocket? qmp = QmpEnabled ? new InheritedSocket() : null;
        using InheritedSocket? console = _consoleWanted ? new InheritedSocket() : null;
        using InheritedSocket? qtest = QtestEnabled ? new InheritedSocket() : null;
        IReadOnlyList<string> arguments = new QemuCommandLine
        {
            QmpDescriptor = qmp?.ChildDescriptor,
            QtestAccelerator = QtestEnabled && (await binary.GetCapabilitiesAsync(cancellationToken).ConfigureAwait(false)).HasQtest,
            QtestDescriptor = qtest?.ChildDescriptor,
            ConsoleDescriptor = console?.ChildDescriptor,
            ConsoleDevice = _consoleDevice,
            ConsoleIndex = _consoleIndex,
            Machine = _machine,
            BackdoorPath = _options.QmpBackdoor,
            Extra = [.. Args],
        }.Build();
        CommandLine = ShellQuoting.Join([binary.Path, .. arguments]);
        _options.Log?.Invoke($"launch {Name}: {CommandLine}");
        _process = await ChildProcess.StartAsync(
            binary.Path, arguments, LogFile, [.. new[] { qmp, console, qtest }.OfType<IInherited>(), .. _inherited]).ConfigureAwait(false);
        try
        {
            if (console is not null)
                _console = new SerialConsole(
                    console.TakeHostEnd(), Name, Path.Combine(_options.LogDirectory, _options.ConsoleLogName), DescribeEndAsync);
            if (qtest is not null)
                _qtest = new QtestClient(qtest.TakeHostEnd(), Name, _options.Log);
            if (qmp is not null)
                _qmp = await QmpClient.AttachAsync(qmp.TakeHostEnd(), _options.ToQmpOptions(), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // An end of file means that QEMU is ending by itself: its own exit status says more than a SIGKILL from here.
            bool ending = error is QmpConnectException { InnerException: not OperationCanceledException };
            ProcessExit? exit = ending ? await ExitWithinAsync(ExitAfterEofTimeout).ConfigureAwait(false) : null;
            string output = await ReleaseAsync().ConfigureAwait(false);
            _exitSeen = true;
            if (error is not QmpException)
                throw;
            throw new QemuLaunchException(Name, error.Message, exit, CommandLine, output, error);
        }
    }

    /// <summary>Waits until QEMU ends by itself. Any exit is an answer: look at <see cref="Exit"/>.</summary>
    /// <param name="timeout">The timeout; null for upstream's 30 s.</param>
    /// <param name="cancellationToken">Gives the wait up; QEMU runs on.</param>
    /// <exception cref="QemuAbnormalExitException">It did not end in time and was killed.</exception>
    public async Task<ProcessExit> WaitForExitAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        if (_process is not { } process)
            return _exit ?? throw new InvalidOperationException($"QEMU '{Name}' was never launched.");
        TimeSpan atMost = Timeouts.Scale(timeout ?? ShutdownTimeout);
        try
        {
            await process.Exit.WaitAsync(atMost, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException error)
        {
            string output = await ReleaseAsync().ConfigureAwait(false);
            _exitSeen = true;
            throw new QemuAbnormalExitException(
                Name, $"it did not end by itself within {atMost.TotalSeconds:0.###} s and was killed.", _exit, output, LogFile, error);
        }

        await ReleaseAsync().ConfigureAwait(false);
        _exitSeen = true;
        return _exit!.Value;
    }

    /// <summary>Asks QEMU to quit, and kills it if it has not ended within the timeout. Does nothing when not launched.</summary>
    /// <param name="timeout">One timeout for the whole, the monitor's answer included; null for upstream's 30 s.</param>
    /// <param name="cancellationToken">Cuts the graceful part short: QEMU is killed at once.</param>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not longer than zero, or longer than a day.</exception>
    /// <exception cref="QemuAbnormalExitException">QEMU crashed, exited with an error, or had to be killed.</exception>
    public async Task ShutdownAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        TimeSpan asked = Timeouts.Checked(timeout ?? ShutdownTimeout, nameof(timeout));
        if (_process is null)
            return;
        long began = Stopwatch.GetTimestamp();
        bool endedBefore = !IsRunning
            // A monitor that is gone is how a QEMU that dies looks from here, a moment before its exit is known.
            || (_qmp is { IsConnected: false } && await ExitWithinAsync(DyingTimeout).ConfigureAwait(false) is not null);
        string? problem = null;
        bool terminated = false;
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(Timeouts.Scale(asked));
            terminated = await AskToQuitAsync(asked, deadline.Token).ConfigureAwait(false);
            await _process.Exit.WaitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationCanceledException or QmpTimeoutException)
        {
            problem = $"it did not react to 'quit' within {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s and was killed.";
        }

        string output = await ReleaseAsync().ConfigureAwait(false);
        ProcessExit exit = _exit!.Value;
        // SIGTERM ends a QEMU that had not yet got as far as catching it; that is an answer to what was asked.
        bool expected = exit.IsClean || (terminated && exit.Signal == (int)Signal.Terminate);
        if (problem is null && !expected && !_exitSeen)
            problem = endedBefore ? $"it had ended before the shutdown, with {exit}." : $"{exit} after 'quit'.";
        _options.Log?.Invoke($"shut down {Name}: {exit}{(problem is null ? "" : $": {problem}")}");
        if (problem is not null)
            throw new QemuAbnormalExitException(Name, problem, exit, output, LogFile);
    }

    /// <summary>Kills QEMU with SIGKILL. What it had open is released; no error is raised for it.</summary>
    public async Task KillAsync()
    {
        await ReleaseAsync().ConfigureAwait(false);
        _exitSeen = true;
    }

    /// <summary>Kills what still runs. Use <see cref="ShutdownAsync"/> first where the exit matters.</summary>
    public async ValueTask DisposeAsync() => await KillAsync().ConfigureAwait(false);

    // Tells whether it was a signal that asked.
    private async Task<bool> AskToQuitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!IsRunning)
            return false;
        if (_qmp is not { IsConnected: true } qmp)
        {
            Signals.TrySend(_process!.Id, Signal.Terminate);
            return true;
        }

        try
        {
            await qmp.QuitAsync(new() { Timeout = timeout }, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (QmpException error) when (error is QmpDisconnectedException or QmpCommandException or QmpProtocolException)
        {
            // Ending already, or a monitor that no longer obeys: the wait for the exit decides.
        }

        return false;
    }

    private async Task<ProcessExit?> ExitWithinAsync(TimeSpan timeout)
    {
        try
        {
            return await _process!.Exit.WaitAsync(timeout).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private async Task<string> DescribeEndAsync(CancellationToken cancellationToken)
    {
        if (_process is not { } process)
            return "QEMU was shut down.";
        ProcessExit? exit = await ExitWithinAsync(ExitAfterEofTimeout).ConfigureAwait(false);
        string output = process.Output.TrimEnd();
        return (exit is { } ended ? $"QEMU ended with {ended}." : "QEMU still runs, but closed the console.")
            + (output.Length == 0 ? "" : $" It wrote:\n{output}\n");
    }

    /// <summary>Where the messages of a monitor in this machine's care are logged.</summary>
    internal Action<QmpTranscriptEntry>? TranscriptSink(string name) => _options.TranscriptSink(name);

    /// <summary>Ends the process if need be, drains and closes everything, and returns what QEMU wrote.</summary>
    private async Task<string> ReleaseAsync()
    {
        if (_process is not { } process)
            return Output;
        ProcessExit exit = await process.KillAsync().ConfigureAwait(false);
        if (_qmp is not null)
            await _qmp.DisposeAsync().ConfigureAwait(false);
        if (_console is not null)
            await _console.DisposeAsync().ConfigureAwait(false);
        if (_qtest is not null)
            await _qtest.DisposeAsync().ConfigureAwait(false);
        await process.DisposeAsync().ConfigureAwait(false);
        string output = process.Output;
        _exit = exit;
        _process = null;
        return output;
    }
}
