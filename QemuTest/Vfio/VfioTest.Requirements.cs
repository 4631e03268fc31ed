using NUnit.Framework;
using QemuTest.Machines;

namespace QemuTest.Vfio;

// What a scenario needs of the binary beyond what every one does: exact questions, and a skip where the answer is no.
public abstract partial class VfioTest
{
    /// <summary>Skips the test where the binary has no such machine type.</summary>
    protected async Task RequireMachineAsync(string machine)
    {
        foreach (QemuBinary binary in await BinariesAsync().ConfigureAwait(false))
        {
            if (!(await binary.GetCapabilitiesAsync(Token).ConfigureAwait(false)).Machines.Contains(machine))
                Assert.Ignore($"{binary} has no machine type {machine}");
        }
    }

    /// <summary>Skips the test where the binary's <c>vfio-pci</c> has no such property.</summary>
    protected async Task RequireVfioPropertyAsync(string property)
    {
        foreach (QemuBinary binary in await BinariesAsync().ConfigureAwait(false))
        {
            if (!(await binary.GetDevicePropertiesAsync("vfio-pci", Token).ConfigureAwait(false)).Contains(property))
                Assert.Ignore($"{binary} has no vfio-pci property {property}");
        }
    }

    /// <summary>Skips the test where the binary has no such migration capability.</summary>
    protected Task RequireMigrationCapabilityAsync(string capability) =>
        RequireValueAsync("migrate-set-capabilities", "capabilities.capability", capability);

    /// <summary>Skips the test where the binary's multifd cannot compress that way.</summary>
    protected Task RequireMultifdCompressionAsync(string method) =>
        RequireValueAsync("migrate-set-parameters", "multifd-compression", method);

    /// <summary>Skips the test where the binary has no such event.</summary>
    protected async Task RequireEventAsync(string name)
    {
        foreach (QemuBinary binary in await BinariesAsync().ConfigureAwait(false))
        {
            if (!(await binary.GetSchemaAsync(Token).ConfigureAwait(false)).SupportsEvent(name))
                Assert.Ignore($"{binary} has no event {name}");
        }
    }

    private async Task RequireValueAsync(string command, string argument, string value)
    {
        foreach (QemuBinary binary in await BinariesAsync().ConfigureAwait(false))
        {
            if (!(await binary.GetSchemaAsync(Token).ConfigureAwait(false)).SupportsValue(command, argument, value))
                Assert.Ignore($"{binary} has no {value} for {command}'s {argument}");
        }
    }

    private async Task<IReadOnlyList<QemuBinary>> BinariesAsync() =>
    [
        await QemuBinary.OpenAsync(QemuBin, Token).ConfigureAwait(false),
        await QemuBinary.OpenAsync(DestinationQemu, Token).ConfigureAwait(false),
    ];
}
