using QemuTest.Machines;

namespace QemuTest.Vfio;

/// <summary>The QEMU of each machine of a pair. An alias such as <c>q35</c> is a different machine type in each version of QEMU; the newest
/// versioned type that both have replaces it.</summary>
internal sealed class VfioBinaries
{
    private readonly string _source;
    private readonly string _destination;
    private readonly (QemuCapabilities Source, QemuCapabilities Destination)? _capabilities;

    private VfioBinaries(string source, string destination, (QemuCapabilities Source, QemuCapabilities Destination)? capabilities)
    {
        _source = source;
        _destination = destination;
        _capabilities = capabilities;
    }

    public static async Task<VfioBinaries> OfAsync(QemuBinary source, QemuBinary destination, CancellationToken cancellationToken = default)
    {
        (QemuCapabilities, QemuCapabilities)? capabilities = source.Path == destination.Path
            ? null
            : (await source.GetCapabilitiesAsync(cancellationToken).ConfigureAwait(false),
                await destination.GetCapabilitiesAsync(cancellationToken).ConfigureAwait(false));
        return new VfioBinaries(Path.GetFullPath(source.Path), Path.GetFullPath(destination.Path), capabilities);
    }

    public string For(VfioMachineOptions options) => options.OnDestinationQemu ? _destination : _source;

    public string MachineFor(string machine)
    {
        if (_capabilities is not { } both || !both.Source.MachineAliases.ContainsKey(machine))
            return machine;
        return MachineVersions.NewestCommon(machine, both.Source, both.Destination)
            ?? throw new QemuBinaryException($"{_source} and {_destination} have no version of machine type {machine} in common. Name another machine type.");
    }
}
