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

    /// <summary>Skips the test where the binary does not have this type for <c>-object</c>.</summary>
    /// <param name="type">The type, for example <c>monitor-qmp</c>.</param>
    public async Task RequireObjectAsync(string type) =>
        await (await RequirementsAsync().ConfigureAwait(false)).ObjectAsync(type).ConfigureAwait(false);

    /// <summary>Skips the test where the monitor has no human monitor (HMP): QEMU can be built without.</summary>
    /// <remarks><c>QemuSystemTest.skipTestIfNoHMP</c>.</remarks>
    public Task RequireHmpAsync() => RequireCommandAsync("human-monitor-command");

    /// <summary>Skips the test where the binary does not find this firmware file.</summary>
    /// <param name="name">The file's name, for example <c>opensbi-riscv64-generic-fw_dynamic.bin</c>.</param>
    public async Task RequireFirmwareAsync(string name) =>
        await (await RequirementsAsync().ConfigureAwait(false)).FirmwareAsync(name).ConfigureAwait(false);

    /// <summary>Skips the test with an older binary. For behavior that no other question to the binary reveals.</summary>
    /// <param name="oldest">The first version with the behavior, for example <c>new(8, 2)</c>.</param>
    /// <param name="what">The behavior, for the reason of the skip. It is followed by "since QEMU 8.2".</param>
    public async Task RequireVersionAsync(Version oldest, string what)
    {
        ArgumentNullException.ThrowIfNull(oldest);
        (await RequirementsAsync().ConfigureAwait(false)).Version(oldest, what);
    }

    private async Task<Requirements> RequirementsAsync() =>
        new([await QemuBinary.OpenAsync(QemuBin, Token).ConfigureAwait(false)], Token);
}
