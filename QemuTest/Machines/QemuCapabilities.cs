using QemuTest.Qmp.Qapi;

namespace QemuTest.Machines;

/// <summary>What a QEMU binary was built with, as it says itself: exact names, no search in help texts. Immutable.</summary>
public sealed record QemuCapabilities
{
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

    internal static async Task<QemuCapabilities> ProbeAsync(QemuBinary binary)
    {
        // No test is behind this QEMU, so its log has no test's folder to go to; what it says goes into the exception.
        string folder = RunFolders.NewTemporaryFolder();
        try
        {
            await using var probe = new QemuMachine(binary.Path, new QemuMachineOptions { Name = "probe", LogDirectory = folder });
            probe.SetMachine("none");
            probe.AddArgs("-nodefaults", "-S");
            await probe.LaunchAsync().ConfigureAwait(false);
            TargetInfo target = await probe.Qmp.QueryTargetAsync().ConfigureAwait(false);
            IReadOnlyList<MachineInfo> machines = await probe.Qmp.QueryMachinesAsync().ConfigureAwait(false);
            IReadOnlyList<ObjectTypeInfo> devices =
                await probe.Qmp.QomListTypesAsync(implements: "device", abstract_: false).ConfigureAwait(false);
            await probe.ShutdownAsync().ConfigureAwait(false);
            return new QemuCapabilities
            {
                Target = target.Arch.Value,
                Machines = machines.SelectMany(machine => new[] { machine.Name, machine.Alias }).OfType<string>().ToHashSet(),
                Devices = devices.Select(device => device.Name).ToHashSet(),
                Accelerators = Listed(await binary.AskAsync("-accel", "help").ConfigureAwait(false)),
                NetworkBackends = Listed(await binary.AskAsync("-M", "none", "-netdev", "help").ConfigureAwait(false)),
            };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // One name a line under a heading that ends with a colon.
    private static HashSet<string> Listed(string help) =>
        [.. help.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.EndsWith(':'))];
}
