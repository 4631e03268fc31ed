using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Qmp;

namespace QemuTest.Vfio;

// Requirements on the binaries, of both sides where they differ.
public abstract partial class VfioTest
{
    private IReadOnlyList<QemuBinary>? _binaries;

    /// <summary>Skips the test where a binary does not have this machine type.</summary>
    /// <param name="machine">The machine type.</param>
    protected async Task RequireMachineAsync(string machine) =>
        await (await RequirementsAsync().ConfigureAwait(false)).MachineAsync(machine).ConfigureAwait(false);

    /// <summary>Skips the test where <c>vfio-pci</c> does not have this property.</summary>
    /// <param name="property">The property.</param>
    protected async Task RequireVfioPropertyAsync(string property) =>
        await (await RequirementsAsync().ConfigureAwait(false)).DevicePropertyAsync(VfioPci, property).ConfigureAwait(false);

    /// <summary>Skips the test where a binary does not have this migration capability.</summary>
    /// <param name="capability">The capability.</param>
    protected async Task RequireMigrationCapabilityAsync(MigrationCapability capability) =>
        await (await RequirementsAsync().ConfigureAwait(false)).MigrationCapabilityAsync(capability.Value).ConfigureAwait(false);

    /// <summary>Skips the test where multifd does not have this compression.</summary>
    /// <param name="method">The compression.</param>
    protected async Task RequireMultifdCompressionAsync(MultiFDCompression method) => await (await RequirementsAsync().ConfigureAwait(false))
        .ValueAsync("migrate-set-parameters", "multifd-compression", method.Value).ConfigureAwait(false);

    /// <summary>Skips the test where a monitor does not have this event.</summary>
    /// <param name="name">The event.</param>
    protected async Task RequireEventAsync(string name) =>
        await (await RequirementsAsync().ConfigureAwait(false)).EventAsync(name).ConfigureAwait(false);

    /// <summary>Skips the test where <c>vfio-pci</c> cannot transfer state over multifd, or where a monitor lacks what such a migration
    /// needs.</summary>
    private protected async Task RequireMultifdTransferAsync()
    {
        Requirements requirements = await RequirementsAsync().ConfigureAwait(false);
        await requirements.DevicePropertyAsync(VfioPci, VfioMachineOptions.TransferProperty, " (new in QEMU 10.0)").ConfigureAwait(false);
        await requirements.NothingMissingAsync(MigrationRequirements.MissingIn).ConfigureAwait(false);
    }

    /// <summary>Opens the source's QEMU and the destination's.</summary>
    private protected async Task<IReadOnlyList<QemuBinary>> BinariesAsync() => _binaries ??=
    [
        await QemuBinary.OpenAsync(QemuBin, Token).ConfigureAwait(false),
        await QemuBinary.OpenAsync(DestinationQemu, Token).ConfigureAwait(false),
    ];

    private async Task<Requirements> RequirementsAsync() => new(await BinariesAsync().ConfigureAwait(false), Token);
}
