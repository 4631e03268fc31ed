using System.Globalization;
using NUnit.Framework;
using QemuTest.Consoles;
using QemuTest.Machines;

namespace QemuTest.NUnit;

/// <summary>A test of a system emulator: machines by name, exact probes, and a tear-down that tells the truth about how each QEMU
/// ended. Equals upstream's <c>QemuSystemTest</c>.</summary>
public abstract class QemuSystemTest : QemuBaseTest
{
    private const string BackdoorVariable = "QEMU_TEST_QMP_BACKDOOR";
    private const string DefaultName = "default";
    private readonly Dictionary<string, QemuMachine> _machines = [];
    private string? _machineType;
    private int _unnamed;

    /// <summary>How long the machines together may take to quit at the end of the test before they are killed, which fails it.
    /// Default: upstream's 30 s.</summary>
    protected TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long <see cref="WaitForConsolePatternAsync"/> waits where it is not told. Default: 60 s; upstream waits until the
    /// whole file's time is over.</summary>
    protected TimeSpan ConsoleTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>What no wait of <see cref="WaitForConsolePatternAsync"/> may meet where it is not told another. Default: null.</summary>
    protected ConsolePattern? ConsoleFailure { get; set; }

    /// <summary>The CPU model, options included, of the machines made from now on; null for the machine's own. Default: null.</summary>
    public string? Cpu { get; set; }

    /// <summary>The machine called <c>default</c>, made at the first use.</summary>
    public QemuMachine Vm => GetVm(DefaultName);

    /// <summary>The machine of that name; made, with these arguments, if there is none yet. Null makes a new one each time.</summary>
    /// <param name="name">The name; null for a new machine without one.</param>
    /// <param name="args">Arguments for a new machine.</param>
    public QemuMachine GetVm(string? name, params string[] args)
    {
        name ??= string.Create(CultureInfo.InvariantCulture, $"vm{++_unnamed}");
        if (_machines.TryGetValue(name, out QemuMachine? known))
            return known;
        string? backdoor = Environment.GetEnvironmentVariable(BackdoorVariable);
        var machine = new QemuMachine(QemuBin, new QemuMachineOptions
        {
            Name = name,
            LogDirectory = OutputDirectory,
            ConsoleLogName = name == DefaultName ? "console.log" : $"{name}-console.log",
            // One path cannot serve two machines: the others get their name behind it.
            QmpBackdoor = backdoor is null || name == DefaultName ? backdoor : $"{backdoor}.{name}",
            Log = Log,
        });
        if (_machineType is not null)
            machine.SetMachine(_machineType);
        machine.AddArgs(args);
        if (Cpu is not null)
            machine.AddArgs("-cpu", Cpu);
        return _machines[name] = machine;
    }

    /// <summary>Sets the machine type of the machines made from now on; skips the test where the binary has no such type.</summary>
    public async Task SetMachineAsync(string machine)
    {
        await RequireAsync(c => c.Machines, machine.Split(',')[0], "machine").ConfigureAwait(false);
        _machineType = machine;
    }

    /// <summary>Sets an option of <see cref="Vm"/>: its value is replaced where the option was given before, else both are
    /// appended. Does nothing where either is empty. Equals upstream's <c>set_vm_arg</c>.</summary>
    /// <param name="option">For example <c>-append</c>.</param>
    /// <param name="value">Its value.</param>
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

    /// <summary>Waits until the console shows <paramref name="success"/>. Equals upstream's <c>wait_for_console_pattern</c>, with a
    /// timeout.</summary>
    /// <param name="success">What is awaited.</param>
    /// <param name="failure">What must not appear before it; null for <see cref="ConsoleFailure"/>.</param>
    /// <param name="vm">Whose console; null for <see cref="Vm"/>.</param>
    /// <param name="timeout">The timeout; null for <see cref="ConsoleTimeout"/>.</param>
    public Task<ConsoleMatch> WaitForConsolePatternAsync(
        ConsolePattern success, ConsolePattern? failure = null, QemuMachine? vm = null, TimeSpan? timeout = null) =>
        (vm ?? Vm).Console.WaitForAsync(success, timeout ?? ConsoleTimeout, failure ?? ConsoleFailure, Token);

    /// <summary>Types a command, and waits until its output shows <paramref name="success"/>; the command's echo does not count. Equals
    /// upstream's <c>exec_command_and_wait_for_pattern</c>, with a timeout.</summary>
    /// <param name="command">One line, without its end.</param>
    /// <param name="success">What is awaited.</param>
    /// <param name="failure">What must not appear before it; null for <see cref="ConsoleFailure"/>.</param>
    /// <param name="vm">Whose console; null for <see cref="Vm"/>.</param>
    /// <param name="timeout">The timeout; null for <see cref="ConsoleTimeout"/>.</param>
    public Task<ConsoleMatch> ExecCommandAndWaitForPatternAsync(
        string command, ConsolePattern success, ConsolePattern? failure = null, QemuMachine? vm = null, TimeSpan? timeout = null) =>
        (vm ?? Vm).Console.RunAsync(command, success, timeout ?? ConsoleTimeout, failure ?? ConsoleFailure, Token);

    /// <summary>Skips the test where the accelerator is not built in, or cannot be used here. KVM counts only if a guest
    /// runs on it, which is tried once per process.</summary>
    /// <param name="accelerator">QEMU's name, for example <c>tcg</c> or <c>kvm</c>.</param>
    public async Task RequireAcceleratorAsync(string accelerator)
    {
        await RequireAsync(c => c.Accelerators, accelerator, "accelerator").ConfigureAwait(false);
        if (accelerator == "kvm" && await UsableKvm.ProbeAsync(QemuBin, Token).ConfigureAwait(false) is { IsUsable: false } kvm)
            Assert.Ignore($"no support for accelerator kvm: {kvm.Reason}");
    }

    /// <summary>Skips the test where the binary has no such network back end.</summary>
    public Task RequireNetdevAsync(string netdev) => RequireAsync(c => c.NetworkBackends, netdev, "network back end");

    /// <summary>Skips the test where the binary has no such device.</summary>
    public Task RequireDeviceAsync(string device) => RequireAsync(c => c.Devices, device, "device");

    /// <summary>Shuts every machine down. A QEMU that crashed, or had to be killed, fails the test.</summary>
    [TearDown]
    public async Task TearDownMachinesAsync()
    {
        await CaptureFailureAsync().ConfigureAwait(false);
        Exception[] problems = (await Task.WhenAll(_machines.Values.Select(ShutDownAsync)).ConfigureAwait(false))
            .OfType<Exception>().ToArray();
        if (problems.Length > 0)
            throw new QemuMachineException(string.Join('\n', problems.Select(p => p.Message)), problems[0]);
    }

    private protected override async Task<IReadOnlyList<FailureSection>> DescribeFailureAsync()
    {
        List<FailureSection> sections = [.. await base.DescribeFailureAsync().ConfigureAwait(false)];
        foreach (QemuMachine machine in _machines.Values)
            sections.AddRange(await FailureReport.DescribeAsync(machine).ConfigureAwait(false));
        return sections;
    }

    // The test's own token may be spent by now: the tear-down has a timeout of its own.
    private async Task<Exception?> ShutDownAsync(QemuMachine machine)
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

    private async Task RequireAsync(Func<QemuCapabilities, IReadOnlySet<string>> kind, string name, string what)
    {
        QemuBinary binary = await QemuBinary.OpenAsync(QemuBin, Token).ConfigureAwait(false);
        QemuCapabilities capabilities = await binary.GetCapabilitiesAsync(Token).ConfigureAwait(false);
        if (!kind(capabilities).Contains(name))
            Assert.Ignore($"no support for {what} {name} in {binary.Path}");
    }
}
