using System.Globalization;
using NUnit.Framework;
using QemuTest.Consoles;
using QemuTest.Machines;
using QemuTest.Processes;

namespace QemuTest.NUnit;

/// <summary>The base of tests of a system emulator: creates machines by name, skips tests that the binary cannot run, and fails the test
/// if a QEMU crashed. Not thread-safe.</summary>
/// <remarks><c>qemu_test.QemuSystemTest</c> in QEMU's own framework.</remarks>
public abstract partial class QemuSystemTest : QemuBaseTest
{
    private const string BackdoorVariable = "QEMU_TEST_QMP_BACKDOOR";
    private const string DefaultName = "default";
    private readonly Dictionary<string, (QemuMachine Machine, string[] Args)> _machines = [];
    private int _unnamed;

    /// <summary>Gets or sets the timeout for the shutdown of each machine at the end of the test. A machine that exceeds it is killed and
    /// fails the test. Default: 30 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not longer than zero, or longer than a day.</exception>
    protected TimeSpan ShutdownTimeout { get; set => field = Timeouts.Checked(value, nameof(ShutdownTimeout)); } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets the default timeout of <see cref="WaitForConsolePatternAsync"/> and
    /// <see cref="ExecCommandAndWaitForPatternAsync"/>. Default: 60 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not longer than zero, or longer than a day.</exception>
    protected TimeSpan ConsoleTimeout { get; set => field = Timeouts.Checked(value, nameof(ConsoleTimeout)); } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets the default failure pattern of <see cref="WaitForConsolePatternAsync"/> and
    /// <see cref="ExecCommandAndWaitForPatternAsync"/>. Default: null.</summary>
    protected ConsolePattern? ConsoleFailure { get; set; }

    /// <summary>Gets or sets the CPU model, with its options, of all machines. Default: null, the default of the machine type.</summary>
    /// <exception cref="InvalidOperationException">It is set after a machine was created.</exception>
    public string? Cpu
    {
        get;
        set
        {
            RequireNoMachine(nameof(Cpu), "-cpu");
            field = value;
        }
    }

    /// <summary>Gets the machine type of all machines with its options, or null if it was not set.</summary>
    private protected string? MachineType { get; private set; }

    /// <summary>Gets the machine with the name <c>default</c>. The first use creates it.</summary>
    public QemuMachine Vm => GetVm(DefaultName);

    /// <summary>Gets the machine with a name, and creates it if it does not exist yet.</summary>
    /// <param name="name">The name; null to create another machine with a name of its own.</param>
    /// <param name="args">The arguments of a new machine. For an existing machine, none or those that it was created with.</param>
    /// <exception cref="InvalidOperationException">The machine exists and was created with other arguments.</exception>
    public QemuMachine GetVm(string? name, params string[] args) => GetVm(name, QemuBin, args);

    /// <summary>Gets or creates a machine of another QEMU.</summary>
    private protected QemuMachine GetVm(string? name, string binary, string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        name ??= string.Create(CultureInfo.InvariantCulture, $"vm{++_unnamed}");
        if (_machines.TryGetValue(name, out var known))
        {
            return args.Length == 0 || args.SequenceEqual(known.Args)
                ? known.Machine
                : throw new InvalidOperationException(
                    $"Machine '{name}' was created with {Describe(known.Args)}, so {nameof(GetVm)} cannot give it {Describe(args)}. " +
                    $"Use another name, or {nameof(QemuMachine.AddArgs)}() before the launch.");
        }

        string? backdoor = Environment.GetEnvironmentVariable(BackdoorVariable);
        var machine = new QemuMachine(binary, new QemuMachineOptions
        {
            Name = name,
            LogDirectory = OutputDirectory,
            ConsoleLogName = name == DefaultName ? "console.log" : $"{name}-console.log",
            // Two machines cannot share a path, so all but the default machine append their names.
            QmpBackdoor = backdoor is null || name == DefaultName ? backdoor : $"{backdoor}.{name}",
            Logger = Logger,
        });
        if (MachineType is not null)
            machine.SetMachine(MachineType);
        machine.AddArgs(args);
        if (Cpu is not null)
            machine.AddArgs("-cpu", Cpu);
        _machines[name] = (machine, args);
        return machine;
    }

    /// <summary>Sets the machine type of all machines. Skips the test if the binary does not have that type.</summary>
    /// <param name="machine">The machine type with its options, for example <c>q35,accel=tcg</c>.</param>
    /// <exception cref="InvalidOperationException">A machine was already created.</exception>
    public async Task SetMachineAsync(string machine)
    {
        ArgumentException.ThrowIfNullOrEmpty(machine);
        RequireNoMachine(nameof(SetMachineAsync), nameof(QemuMachine.SetMachine));
        await RequireAsync(c => c.Machines, machine.Split(',')[0], "machine").ConfigureAwait(false);
        MachineType = machine;
    }

    /// <summary>Sets the value of an option of <see cref="Vm"/>. Replaces the value if the option was given before; otherwise appends
    /// both. Does nothing if the option or the value is empty.</summary>
    /// <param name="option">The option, for example <c>-append</c>.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="InvalidOperationException">The machine is launched.</exception>
    public void SetVmArg(string option, string value)
    {
        if (option.Length == 0 || value.Length == 0)
            return;
        int at = Vm.Args.IndexOf(option);
        if (at < 0)
            Vm.AddArgs(option, value);
        else if (at == Vm.Args.Count - 1)
            Vm.AddArgs(value);
        else
            Vm.Args[at + 1] = value;
    }

    /// <summary>Waits until a pattern appears on a console. The next wait starts after the match.</summary>
    /// <param name="success">The awaited pattern.</param>
    /// <param name="timeout">The timeout of the wait; null for <see cref="ConsoleTimeout"/>.</param>
    /// <param name="failure">A pattern that fails the wait if it matches first; null for <see cref="ConsoleFailure"/>.</param>
    /// <param name="vm">The machine; null for <see cref="Vm"/>.</param>
    /// <exception cref="ConsoleException">The pattern did not appear; see <see cref="SerialConsole.WaitForAsync"/>.</exception>
    public Task<ConsoleMatch> WaitForConsolePatternAsync(
        ConsolePattern success, TimeSpan? timeout = null, ConsolePattern? failure = null, QemuMachine? vm = null) =>
        (vm ?? Vm).Console.WaitForAsync(success, timeout ?? ConsoleTimeout, failure ?? ConsoleFailure, Token);

    /// <summary>Types a command and waits for a pattern in its output. The echo of the command does not match.</summary>
    /// <param name="command">One line, without a line end.</param>
    /// <param name="success">The awaited pattern.</param>
    /// <param name="timeout">The timeout for the typing and the wait together; null for <see cref="ConsoleTimeout"/>.</param>
    /// <param name="failure">A pattern that fails the wait if it matches first; null for <see cref="ConsoleFailure"/>.</param>
    /// <param name="vm">The machine; null for <see cref="Vm"/>.</param>
    /// <exception cref="ConsoleException">The pattern did not appear; see <see cref="SerialConsole.RunAsync"/>.</exception>
    public Task<ConsoleMatch> ExecCommandAndWaitForPatternAsync(
        string command, ConsolePattern success, TimeSpan? timeout = null, ConsolePattern? failure = null, QemuMachine? vm = null) =>
        (vm ?? Vm).Console.RunAsync(command, success, timeout ?? ConsoleTimeout, failure ?? ConsoleFailure, Token);

    /// <summary>Skips the test if the binary does not have an accelerator, or if it cannot be used on this host. KVM is usable if a
    /// guest runs on it, which is tried once per process.</summary>
    /// <param name="accelerator">The name of the accelerator, for example <c>tcg</c> or <c>kvm</c>.</param>
    public async Task RequireAcceleratorAsync(string accelerator)
    {
        await RequireAsync(c => c.Accelerators, accelerator, "accelerator").ConfigureAwait(false);
        if (accelerator == "kvm" && await UsableKvm.ProbeAsync(QemuBin, Token).ConfigureAwait(false) is { IsUsable: false } kvm)
            Assert.Ignore($"no support for accelerator kvm: {kvm.Reason}");
    }

    /// <summary>Skips the test if the binary does not have a network backend, for example <c>user</c>.</summary>
    public Task RequireNetdevAsync(string netdev) => RequireAsync(c => c.NetworkBackends, netdev, "network backend");

    /// <summary>Skips the test if the binary does not have a device, for example <c>vfio-pci</c>.</summary>
    public Task RequireDeviceAsync(string device) => RequireAsync(c => c.Devices, device, "device");

    /// <summary>Shuts all machines down. A QEMU that crashed or had to be killed fails the test.</summary>
    [TearDown]
    protected async Task TearDownMachinesAsync()
    {
        await CaptureFailureAsync().ConfigureAwait(false);
        QemuMachineException[] problems = (await Task.WhenAll(_machines.Values.Select(known => ShutDownAsync(known.Machine))).ConfigureAwait(false))
            .OfType<QemuMachineException>().ToArray();
        if (problems.Length == 1)
            throw problems[0];
        if (problems.Length > 1)
            throw new QemuMachineException(string.Join('\n', problems.Select(p => p.Message)), problems[0]);
    }

    private protected override async Task<IReadOnlyList<FailureSection>> DescribeFailureAsync()
    {
        List<FailureSection> sections = [.. await base.DescribeFailureAsync().ConfigureAwait(false)];
        foreach ((QemuMachine machine, _) in _machines.Values)
            sections.AddRange(await FailureReport.DescribeAsync(machine).ConfigureAwait(false));
        return sections;
    }

    private protected override Task<IReadOnlyList<EndedQemu>> EndedQemusAsync() => EndedQemu.OfAsync(_machines.Values.Select(known => known.Machine));

    // The token of the test may be canceled by now, so the tear-down does not use it.
    private async Task<QemuMachineException?> ShutDownAsync(QemuMachine machine)
    {
        try
        {
            await machine.ShutdownAsync(ShutdownTimeout, CancellationToken.None).ConfigureAwait(false);
            return null;
        }
        catch (QemuMachineException error)
        {
            return error;
        }
    }

    private static string Describe(string[] args) => args.Length == 0 ? "no arguments" : $"'{ShellQuoting.Join(args)}'";

    private void RequireNoMachine(string member, string memberOfMachine)
    {
        if (_machines.Count > 0)
            throw new InvalidOperationException(
                $"{member} applies to all machines, but machine '{_machines.First().Key}' already exists ({nameof(Vm)} and {nameof(GetVm)} create it). " +
                $"Set it first, or use {memberOfMachine} of that machine.");
    }

    private async Task RequireAsync(Func<QemuCapabilities, IReadOnlySet<string>> kind, string name, string what) =>
        await (await RequirementsAsync().ConfigureAwait(false)).CapabilityAsync(kind, what, name).ConfigureAwait(false);
}
