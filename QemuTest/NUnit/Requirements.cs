using NUnit.Framework;
using QemuTest.Machines;
using QemuTest.Qmp;

namespace QemuTest.NUnit;

/// <summary>The requirements of a test on its QEMU binaries: each one skips the test where a binary does not meet it.</summary>
internal sealed class Requirements(IReadOnlyList<QemuBinary> binaries, CancellationToken cancellationToken)
{
    public Task MachineAsync(string machine) => CapabilityAsync(c => c.Machines, "machine", machine);

    public Task CapabilityAsync(Func<QemuCapabilities, IReadOnlySet<string>> kind, string what, string name) => RequireAsync(
        async binary => kind(await binary.GetCapabilitiesAsync(cancellationToken).ConfigureAwait(false)).Contains(name), $"{what} {name}");

    public Task DevicePropertyAsync(string device, string property, string since = "") => RequireAsync(
        async binary => (await binary.GetDevicePropertiesAsync(device).ConfigureAwait(false)).Contains(property),
        $"property {property} of device {device}{since}");

    public Task ObjectAsync(string type) => RequireAsync(
        async binary => (await binary.GetObjectsAsync(cancellationToken).ConfigureAwait(false)).Contains(type), $"object {type}");

    public Task FirmwareAsync(string name) => RequireAsync(
        async binary => await binary.FindFirmwareAsync(name, cancellationToken).ConfigureAwait(false) is not null, $"firmware {name}");

    public void Version(Version oldest, string what)
    {
        if (binaries.FirstOrDefault(binary => binary.Version < oldest) is { } older)
            Assert.Ignore($"{what} since QEMU {oldest}; {older.Path} is {older.Version}");
    }

    public Task EventAsync(string name) => SchemaAsync(schema => schema.SupportsEvent(name), $"event {name}");

    public Task CommandAsync(string command) => SchemaAsync(schema => schema.Supports(command), $"command {command}");

    public Task ArgumentAsync(string command, string argument) => SchemaAsync(
        schema => schema.Supports(command, argument), $"argument {argument} of command {command}");

    public Task ValueAsync(string command, string argument, string value) => SchemaAsync(
        schema => schema.SupportsValue(command, argument, value), $"value {value} for argument {argument} of command {command}");

    public Task MigrationCapabilityAsync(string capability) => SchemaAsync(
        schema => schema.SupportsValue("migrate-set-capabilities", "capabilities.capability", capability), $"migration capability {capability}");

    /// <summary>Skips the test where a monitor lacks several things at once.</summary>
    public async Task NothingMissingAsync(Func<QmpSchema, IReadOnlyList<string>> missingIn)
    {
        foreach (QemuBinary binary in binaries)
        {
            if (missingIn(await binary.GetSchemaAsync(cancellationToken).ConfigureAwait(false)) is { Count: > 0 } missing)
                Skip(string.Join(", ", missing), binary);
        }
    }

    private static void Skip(string what, QemuBinary binary) => Assert.Ignore($"no support for {what} in {binary.Path}");

    private Task SchemaAsync(Predicate<QmpSchema> supports, string what) => RequireAsync(
        async binary => supports(await binary.GetSchemaAsync(cancellationToken).ConfigureAwait(false)), what);

    private async Task RequireAsync(Func<QemuBinary, Task<bool>> has, string what)
    {
        foreach (QemuBinary binary in binaries)
        {
            if (!await has(binary).ConfigureAwait(false))
                Skip(what, binary);
        }
    }
}
