using QemuTest.Qmp;

namespace QemuTest.Machines;

/// <summary>The features of a QEMU binary, as it reports them itself: exact names, no search in help texts. Immutable.</summary>
public sealed record QemuCapabilities
{
    private const string AcceleratorSuffix = "-accel";
    private const string QtestAccelerator = "qtest" + AcceleratorSuffix;

    /// <summary>The target from <c>query-target</c>, for example <c>x86_64</c>.</summary>
    public required string Target { get; init; }

    /// <summary>Every machine type and alias.</summary>
    public required IReadOnlySet<string> Machines { get; init; }

    /// <summary>The machine type behind each alias.</summary>
    internal IReadOnlyDictionary<string, string> MachineAliases { get; init; } = new Dictionary<string, string>();

    /// <summary>Every device type that can be created.</summary>
    public required IReadOnlySet<string> Devices { get; init; }

    /// <summary>Every built-in accelerator. Whether <c>kvm</c> is usable on this host: see <see cref="KvmProbe"/>.</summary>
    public required IReadOnlySet<string> Accelerators { get; init; }

    /// <summary>Every built-in network back end.</summary>
    public required IReadOnlySet<string> NetworkBackends { get; init; }

    /// <summary>Whether the accelerator of qtest is built in; <see cref="Accelerators"/> does not list it. Distributions do not build it.</summary>
    internal bool HasQtest { get; init; }

    internal static Task<QemuCapabilities> ProbeAsync(string path, bool monitorObjects) => QemuProbe.AskAsync(path, monitorObjects, async qmp =>
    {
        TargetInfo target = await qmp.QueryTargetAsync().ConfigureAwait(false);
        IReadOnlyList<MachineInfo> machines = await qmp.QueryMachinesAsync().ConfigureAwait(false);
        IReadOnlyList<ObjectTypeInfo> devices = await qmp.QomListTypesAsync(implements: "device", abstract_: false).ConfigureAwait(false);
        IReadOnlyList<ObjectTypeInfo> accelerators = await qmp.QomListTypesAsync(implements: "accel").ConfigureAwait(false);
        return new QemuCapabilities
        {
            Target = target.Arch.Value,
            Machines = machines.SelectMany(machine => new[] { machine.Name, machine.Alias }).OfType<string>().ToHashSet(),
            MachineAliases = machines.Where(machine => machine.Alias is not null).DistinctBy(machine => machine.Alias)
                .ToDictionary(machine => machine.Alias!, machine => machine.Name),
            Devices = devices.Select(device => device.Name).ToHashSet(),
            // The output of '-accel help', without another process.
            Accelerators = accelerators.Select(type => type.Name)
                .Where(name => name.EndsWith(AcceleratorSuffix, StringComparison.Ordinal) && name != QtestAccelerator)
                .Select(name => name[..^AcceleratorSuffix.Length]).ToHashSet(),
            HasQtest = accelerators.Any(type => type.Name == QtestAccelerator),
            NetworkBackends = Listed(await QemuProbe.ReadAsync(path, ["-M", "none", "-netdev", "help"]).ConfigureAwait(false)),
        };
    });

    // One name per line, under a heading that ends with a colon.
    private static HashSet<string> Listed(string help) =>
        [.. help.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.EndsWith(':'))];
}
