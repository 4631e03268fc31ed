using QemuTest.Machines;

namespace QemuTest.Vfio;

/// <summary>The QEMU of each machine of a pair. An alias such as <c>q35</c> is a different machine type in each version of QEMU; the newest
/// versioned type that both have replaces it.</summary>
internal sealed class VfioBinaries
{
    private static readonly Dictionary<string, string> FamilyOf = new() { ["q35"] = "pc-q35-", ["pc"] = "pc-i440fx-" };

    private readonly string _source;
    private readonly string _destination;
    private readonly IReadOnlySet<string>? _common;

    private VfioBinaries(string source, string destination, IReadOnlySet<string>? common)
    {
        _source = source;
        _destination = destination;
        _common = common;
    }

    public static async Task<VfioBinaries> OfAsync(QemuBinary source, QemuBinary destination, CancellationToken cancellationToken = default)
    {
        HashSet<string>? common = null;
        if (source.Path != destination.Path)
        {
            common = [.. (await source.GetCapabilitiesAsync(cancellationToken).ConfigureAwait(false)).Machines];
            common.IntersectWith((await destination.GetCapabilitiesAsync(cancellationToken).ConfigureAwait(false)).Machines);
        }

        return new VfioBinaries(Path.GetFullPath(source.Path), Path.GetFullPath(destination.Path), common);
    }

    public string For(VfioMachineOptions options) => options.OnDestinationQemu ? _destination : _source;

    public string MachineFor(string machine)
    {
        if (_common is null || !FamilyOf.TryGetValue(machine, out string? family))
            return machine;
        return _common
            .Where(name => name.StartsWith(family, StringComparison.Ordinal) && Version.TryParse(name[family.Length..], out _))
            .MaxBy(name => Version.Parse(name[family.Length..]))
            ?? throw new QemuBinaryException($"{_source} and {_destination} have no machine type {family}* in common. Name another machine type.");
    }
}
