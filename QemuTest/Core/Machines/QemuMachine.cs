using System.Runtime.InteropServices;
using QemuTest.Consoles;
using QemuTest.Processes;
using QemuTest.Qmp;
using QemuTest.Qtest;

namespace QemuTest.Machines;

/// <summary>
/// One QEMU process, from its arguments to its exit. Configure, launch, use, shut down; then it may be configured and launched again. The
/// monitor and the console use inherited sockets, so no socket file is left behind. The process is killed when the test host exits. Not
/// thread-safe.
/// </summary>
/// <remarks><c>qemu.machine.QEMUMachine</c> in QEMU's own framework.</remarks>
public sealed partial class QemuMachine : IAsyncDisposable
{
    private readonly QemuMachineOptions _options;
    private readonly MachineArguments _args;
    private readonly List<InheritedHandle> _inherited = [];
    private bool _consoleWanted;
    private string? _consoleDevice;
    private int _consoleIndex;
    private bool _semihosting;
    private string? _machine;
    private MachineRun? _run;

    /// <summary>Creates a machine without starting a process. The binary is not examined before <see cref="LaunchAsync"/>.</summary>
    /// <param name="binary">The path of a QEMU, or a name to look up in PATH.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentException">The path is empty, or QEMU's log and the console's log are the same file.</exception>
    public QemuMachine(string binary, QemuMachineOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(binary);
        ArgumentNullException.ThrowIfNull(options);
        if (options.ConsoleLogName == options.Name + ".log")
            throw new ArgumentException(
                $"'{options.ConsoleLogName}' is the log of QEMU '{options.Name}' and of its console. Set another Name or ConsoleLogName.", nameof(options));
        Binary = binary;
        _options = options;
        _args = new MachineArguments(() => RequireNotLaunched("its arguments"));
    }

    /// <summary>Gets the name of the machine.</summary>
    public string Name => _options.Name;

    /// <summary>Gets the path or name of the QEMU that the machine runs.</summary>
    public string Binary { get; }

    /// <summary>Gets the arguments that follow those of the machine itself. Change them before <see cref="LaunchAsync"/>.</summary>
    /// <exception cref="InvalidOperationException">An argument is changed while the machine is launched.</exception>
    public IList<string> Args => _args;

    /// <summary>Gets or sets whether the machine has a monitor. Default: true. Set it to false where QEMU is expected to exit at
    /// once.</summary>
    /// <exception cref="InvalidOperationException">The machine is launched.</exception>
    public bool QmpEnabled
    {
        get;
        set
        {
            RequireNotLaunched(nameof(QmpEnabled));
            field = value;
        }
    } = true;

    /// <summary>Gets or sets whether the machine has a <see cref="Qtest"/> socket and a processor that executes nothing. Default: false. If
    /// the binary has no qtest accelerator (distributions omit it), the processor is TCG, stopped until <c>cont</c>, and the clock cannot
    /// be moved.</summary>
    /// <remarks><c>qemu.machine.QEMUQtestMachine</c> in QEMU's own framework.</remarks>
    /// <exception cref="InvalidOperationException">The machine is launched.</exception>
    public bool QtestEnabled
    {
        get;
        set
        {
            RequireNotLaunched(nameof(QtestEnabled));
            field = value;
        }
    }

    /// <summary>Gets the monitor.</summary>
    /// <exception cref="InvalidOperationException">The machine was never launched, or has no monitor.</exception>
    public QmpClient Qmp => _run?.Qmp ?? throw Missing("monitor", $"set {nameof(QmpEnabled)}");

    /// <summary>Gets the serial console.</summary>
    /// <exception cref="InvalidOperationException">The machine was never launched, or has no console.</exception>
    public SerialConsole Console => _run?.Console ?? throw Missing("console", $"call {nameof(SetConsole)}()");

    /// <summary>Gets the socket through which a test acts as the processor.</summary>
    /// <exception cref="InvalidOperationException">The machine was never launched, or has no qtest socket.</exception>
    public QtestClient Qtest => _run?.Qtest ?? throw Missing("qtest socket", $"set {nameof(QtestEnabled)}");

    /// <summary>Gets whether the process runs.</summary>
    public bool IsRunning => _run is { IsRunning: true };

    /// <summary>Gets the process id; null while the process does not run.</summary>
    public int? ProcessId => IsRunning ? _run!.ProcessId : null;

    /// <summary>Gets the exit of the last process; null before a launch and while the process runs.</summary>
    public ProcessExit? Exit => _run?.Exit;

    /// <summary>Gets the path of the file with QEMU's standard output and standard error.</summary>
    public string LogFile => Path.Combine(_options.LogDirectory, Name + ".log");

    /// <summary>Gets the command line of the last launch, quoted for a shell; empty before a launch.</summary>
    public string CommandLine { get; private set; } = "";

    /// <summary>Gets the end of QEMU's standard output and standard error, at most 64 KiB; empty before a launch.</summary>
    public string Output => _run?.Output ?? "";

    /// <summary>Gets the monitor of the last launch, open or closed, for reports.</summary>
    internal QmpClient? LastMonitor => _run?.Qmp;

    /// <summary>Gets the console of the last launch, open or closed, for reports.</summary>
    internal SerialConsole? LastConsole => _run?.Console;

    private bool IsLaunched => _run is { IsReleased: false };

    /// <summary>Appends arguments. An empty string is an argument too.</summary>
    /// <exception cref="InvalidOperationException">The machine is launched.</exception>
    public void AddArgs(params string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        foreach (string argument in arguments)
            Args.Add(argument);
    }

    /// <summary>Makes all later launches inherit a descriptor, for options such as <c>fd=N</c>. The caller keeps the descriptor and must
    /// not close it before the launch.</summary>
    /// <returns>The number of the descriptor in QEMU.</returns>
    /// <exception cref="InvalidOperationException">The machine is launched.</exception>
    public int Inherit(SafeHandle descriptor)
    {
        RequireNotLaunched("its descriptors");
        var inherited = new InheritedHandle(descriptor);
        _inherited.Add(inherited);
        return inherited.Number;
    }

    /// <summary>Sets the machine type with its options, for example <c>q35,accel=tcg</c>.</summary>
    /// <exception cref="InvalidOperationException">The machine is launched.</exception>
    public void SetMachine(string machine)
    {
        ArgumentException.ThrowIfNullOrEmpty(machine);
        RequireNotLaunched("its machine type");
        _machine = machine;
    }

    /// <summary>Gets or sets a program with its arguments that starts QEMU, for example <c>["taskset", "1"]</c>; QEMU's path and arguments are
    /// appended. It must replace itself with QEMU (<c>exec</c>), so that signals and the exit are QEMU's. Default: empty, none.</summary>
    /// <exception cref="InvalidOperationException">The machine is launched.</exception>
    public IReadOnlyList<string> Wrapper
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            RequireNotLaunched("its wrapper");
            field = [.. value];
        }
    } = [];

    /// <summary>Gives the machine a console.</summary>
    /// <param name="deviceType">The device type if the machine has no serial port of its own, for example <c>isa-serial</c>.</param>
    /// <param name="consoleIndex">The number of unused serial ports before the console.</param>
    /// <param name="semihosting">Whether the console is that of semihosting, through which a program without drivers reads and writes, instead
    /// of a serial port.</param>
    /// <exception cref="ArgumentException">A device and semihosting exclude each other.</exception>
    /// <exception cref="InvalidOperationException">The machine is launched.</exception>
    public void SetConsole(string? deviceType = null, int consoleIndex = 0, bool semihosting = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(consoleIndex);
        if (semihosting && deviceType is not null)
            throw new ArgumentException($"The console of semihosting has no device; {nameof(deviceType)} is '{deviceType}'.", nameof(deviceType));
        RequireNotLaunched("its console");
        _consoleWanted = true;
        _consoleDevice = deviceType;
        _consoleIndex = consoleIndex;
        _semihosting = semihosting;
    }

    /// <summary>Gets the sink that logs the messages of a monitor inside this machine's guest.</summary>
    internal Action<QmpTranscriptEntry>? TranscriptSink(string name) => _options.TranscriptSink(name);

    private void RequireNotLaunched(string what)
    {
        if (IsLaunched)
            throw new InvalidOperationException(
                $"QEMU '{Name}' is launched, so {what} can no longer change. Configure it before {nameof(LaunchAsync)}(), or call {nameof(ShutdownAsync)}() first.");
    }

    private InvalidOperationException Missing(string part, string cure) => new(_run is null
        ? $"QEMU '{Name}' is not launched, so it has no {part}. Call {nameof(LaunchAsync)}() first."
        : $"QEMU '{Name}' has no {part}: {cure} before {nameof(LaunchAsync)}().");
}
