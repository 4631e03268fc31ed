using QemuTest.Machines;
using QemuTest.Qmp;

namespace QemuTest.NUnit;

// Requirements on the monitor and on devices.
public abstract partial class QemuSystemTest
{
    /// <summary>Skips the test where the device type does not have this property.</summary>
    /// <param name="device">The device type, for example <c>vfio-pci</c>.</param>
    /// <param name="property">The property.</param>
    public async Task RequireDevicePropertyAsync(string device, string property) =>
        await (await RequirementsAsync().ConfigureAwait(false)).DevicePropertyAsync(device, property).ConfigureAwait(false);

    /// <summary>Skips the test where the monitor does not have this event.</summary>
    /// <param name="name">The event, for example <c>MIGRATION</c>.</param>
    public async Task RequireEventAsync(string name) =>
        await (await RequirementsAsync().ConfigureAwait(false)).EventAsync(name).ConfigureAwait(false);

    /// <summary>Skips the test where the monitor does not have this command, or the command does not have this argument.</summary>
    /// <param name="command">The command, for example <c>migrate-incoming</c>.</param>
    /// <param name="argument">The argument; null for the command alone.</param>
    public async Task RequireCommandAsync(string command, string? argument = null)
    {
        Requirements requirements = await RequirementsAsync().ConfigureAwait(false);
        await requirements.CommandAsync(command).ConfigureAwait(false);
        if (argument is not null)
            await requirements.ArgumentAsync(command, argument).ConfigureAwait(false);
    }

    /// <summary>Skips the test where the binary does not have this migration capability.</summary>
    /// <param name="capability">The capability.</param>
    public async Task RequireMigrationCapabilityAsync(MigrationCapability capability) =>
        await (await RequirementsAsync().ConfigureAwait(false)).MigrationCapabilityAsync(capability.Value).ConfigureAwait(false);

    private async Task<Requirements> RequirementsAsync() =>
        new([await QemuBinary.OpenAsync(QemuBin, Token).ConfigureAwait(false)], Token);
}
