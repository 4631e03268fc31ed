namespace QemuTest.Vfio;

/// <summary>The options of a QEMU under test, in the lab or on this host. Validated when built.</summary>
public sealed record VfioMachineOptions
{
    /// <summary>The property of <c>vfio-pci</c> that <see cref="Transfer"/> sets.</summary>
    public const string TransferProperty = "x-migration-multifd-transfer";

    private const int Slots = 32;

    /// <summary>Gets the machine type. Default: <c>q35</c>, the newest of its kind.</summary>
    public string Machine
    {
        get;
        init => field = string.IsNullOrWhiteSpace(value)
            ? throw new ArgumentException("Name a machine type, for example q35.", nameof(Machine))
            : value;
    } = "q35";

    /// <summary>Gets the devices' <see cref="TransferProperty"/>; null keeps the default of the machine type. Default: on.</summary>
    public OnOffAuto? Transfer
    {
        get;
        init => field = value is null || Enum.IsDefined(value.Value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Transfer), value, "The transfer is On, Off or Auto; null keeps the machine type's default.");
    } = OnOffAuto.On;

    /// <summary>Gets more properties of every device. They override the lab's own, which are <c>enable-migration=on</c> and
    /// <c>x-device-dirty-page-tracking=off</c>, and <see cref="HostDevices.Properties"/> on this host. Default: none.</summary>
    public IReadOnlyDictionary<string, string> DeviceProperties { get; init => field = Given(value, nameof(DeviceProperties)); } =
        new Dictionary<string, string>();

    /// <summary>Gets the PCI slot of the first device, 1 to 31; the others follow. Default: 1, which is free on <c>q35</c>.</summary>
    public int FirstSlot
    {
        get;
        init => field = value is >= 1 and < Slots
            ? value
            : throw new ArgumentOutOfRangeException(nameof(FirstSlot), value, "The slots 1 to 31 can have a device; slot 0 has the host bridge.");
    } = 1;

    /// <summary>Gets whether the guest waits for <c>cont</c>. Default: false.</summary>
    public bool Paused { get; init; }

    /// <summary>Gets whether tens of MiB of guest memory are filled with data, so that a migration with little bandwidth stays in
    /// pre-copy. Default: false.</summary>
    public bool FilledMemory { get; init; }

    /// <summary>Gets more arguments of the command line. Default: none.</summary>
    public IReadOnlyList<string> Arguments { get; init => field = Given(value, nameof(Arguments)); } = [];

    /// <summary>Gets the same options for the destination of a migration: with <c>-incoming defer</c>, not paused, memory not
    /// filled.</summary>
    public VfioMachineOptions AsDestination =>
        this with { OnDestinationQemu = true, Paused = false, FilledMemory = false, Arguments = [.. Arguments, "-incoming", "defer"] };

    /// <summary>Gets whether the machine runs on the destinations' QEMU.</summary>
    internal bool OnDestinationQemu { get; init; }

    /// <summary>Gets the same options for the destination of another machine's guest, on the other of the two QEMUs: a guest that migrates
    /// several times changes QEMU each time. With one QEMU, the same as <see cref="AsDestination"/>.</summary>
    /// <param name="source">The options of the machine with the guest.</param>
    public VfioMachineOptions AsDestinationOf(VfioMachineOptions source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return AsDestination with { OnDestinationQemu = !source.OnDestinationQemu };
    }

    private static T Given<T>(T value, string name)
        where T : class => value ?? throw new ArgumentNullException(name);
}
