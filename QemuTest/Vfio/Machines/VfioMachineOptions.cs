namespace QemuTest.Vfio;

/// <summary>How a QEMU under test is started, in the lab or on this host.</summary>
public sealed record VfioMachineOptions
{
    /// <summary>The machine type. Default: <c>q35</c>, the newest of its kind.</summary>
    public string Machine { get; init; } = "q35";

    /// <summary>The devices' <c>x-migration-multifd-transfer</c>; null leaves it to the machine type. Default: on.</summary>
    public OnOffAuto? Transfer { get; init; } = OnOffAuto.On;

    /// <summary>More properties of every device, or others: they are set over the lab's own, which are <c>enable-migration=on</c> and
    /// <c>x-device-dirty-page-tracking=off</c>, and over <see cref="HostDevices.Properties"/> on this host. Default: none.</summary>
    public IReadOnlyDictionary<string, string> DeviceProperties { get; init; } = new Dictionary<string, string>();

    /// <summary>The first device's PCI slot; the others follow. Default: 1, which is free on <c>q35</c>.</summary>
    public int FirstSlot { get; init; } = 1;

    /// <summary>Whether the guest waits for <c>cont</c>. Default: false.</summary>
    public bool Paused { get; init; }

    /// <summary>Whether tens of MiB of the guest's memory are filled with what has to be sent, so that a migration with little bandwidth
    /// stays in pre-copy. Default: false.</summary>
    public bool FilledMemory { get; init; }

    /// <summary>More arguments. Default: none.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The same as the destination of a migration: it waits, and its memory is its own.</summary>
    public VfioMachineOptions AsDestination =>
        this with { OnDestinationQemu = true, Paused = false, FilledMemory = false, Arguments = [.. Arguments, "-incoming", "defer"] };

    /// <summary>Whether it runs on the QEMU for destinations.</summary>
    internal bool OnDestinationQemu { get; init; }

    /// <summary>The same as the destination of this machine's guest, on the other of the two QEMUs, so that a guest that goes on
    /// goes to and fro between them. With one QEMU the same as <see cref="AsDestination"/>.</summary>
    public VfioMachineOptions AsDestinationOf(IVfioMachine source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return AsDestination with { OnDestinationQemu = !source.Options.OnDestinationQemu };
    }
}
