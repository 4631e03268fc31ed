using QemuTest.Qmp;

namespace QemuTest.Machines;

/// <summary>What a QEMU binary was built with, as it says itself: exact names, no search in help texts. Immutable.</summary>
public sealed record QemuCapabilities
{
    private const string AcceleratorSuffix = "-accel";
    private const string QtestAccelerator = "qtest" + AcceleratorSuffix;

    /// <summary>The target by <c>query-target</c>, for example <c>x86_64</c>.</summary>
    public required string Target { get; init; }

    /// <summary>Every machine type and alias.</summary>
    public required IReadOnlySet<string> Machines { get; init; }

    /// <summary>Every device type that can be made.</summary>
    public required IReadOnlySet<string> Devices { get; init; }

    /// <summary>Every accelerator built in; whether <c>kvm</c> can be used here is another question.</summary>
    public required IReadOnlySet<string> Accelerators { get; init; }

    /// <summary>Every network back end built in.</summary>
    public required IReadOnlySet<string> NetworkBackends { get; init; }

    /// <summary>Whether the accelerator of qtest is built in, which the list of accelerators leaves out; distributions leave it out.</summary>
    internal bool HasQtest { get; init; }

    internal static Task<QemuCapabilities> ProbeAsync(QemuBinary binary) => QemuProbe.AskAsync(binary, async qmp =>
    {
        TargetInfo target = await qmp.QueryTargetAsync().ConfigureAwait(false);
        IReadOnlyList<MachineInfo> machines = await qmp.QueryMachinesAsync().ConfigureAwait(false);
        IReadOnlyList<ObjectTypeInfo> devices = await qmp.QomListTypesAsync(implements: "device", abstract_: false).ConfigureAwait(false);
        IReadOnlyList<ObjectTypeInfo> accelerators = await qmp.QomListTypesAsync(implements: "accel").ConfigureAwait(false);
        return new QemuCapabilities
        {
            Target = target.Arch.Value,
            Machines = machines.SelectMany(machine => new[] { machine.Name, machine.Alias }).OfType<string>().ToHashSet(),
            Devices = devices.Select(device => device.Name).ToHashSet(),
            // What '-accel help' prints, without another process.
            Accelerators = accelerators.Select(type => type.Name)
                .Where(name => name.EndsWith(AcceleratorSuffix, StringComparison.Ordinal) && name != QtestAccelerator)
                .Select(name => name[..^AcceleratorSuffix.Length]).ToHashSet(),
            HasQtest = accelerators.Any(type => type.Name == QtestAccelerator),
            NetworkBackends = Listed(await binary.AskAsync("-M", "none", "-netdev", "help").ConfigureAwait(false)),
        };
    });

    // One name a line under a heading that ends with a colon.
    private static HashSet<string> Listed(string help) =>
        [.. help.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.EndsWith(':'))];
}
