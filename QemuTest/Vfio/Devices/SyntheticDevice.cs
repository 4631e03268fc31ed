using System.Globalization;
using System.Text;

namespace QemuTest.Vfio;

/// <summary>A VFIO device that is nothing but its migration state, of any size and as slow or as faulty as it is told to be: the
/// lab's own kernel module. What happens to it can be read from outside, whatever its QEMU says. See <c>QemuTest/Vfio/Recipe/synthdev</c>.</summary>
public sealed record SyntheticDevice : LabDevice
{
    private const string MdevType = "synthdev-1";
    private readonly LabShell _shell;

    private SyntheticDevice(Guid id, LabShell shell, SyntheticDeviceOptions options)
        : base(id, MdevType)
    {
        _shell = shell;
        Options = options;
    }

    /// <summary>What it was made to be.</summary>
    public SyntheticDeviceOptions Options { get; }

    private string Folder => $"{SysfsPath}/synthdev";

    /// <summary>The checksum (xxHash64) of what its state is now.</summary>
    public async Task<ulong> ReadChecksumAsync(CancellationToken cancellationToken = default) =>
        ulong.Parse(await ReadAsync("checksum", cancellationToken).ConfigureAwait(false), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Its migration state by the kernel's name, for example <c>RUNNING</c>.</summary>
    public Task<string> ReadMigrationStateAsync(CancellationToken cancellationToken = default) => ReadAsync("state", cancellationToken);

    /// <summary>The last 64 things that happened to it, in order.</summary>
    public async Task<IReadOnlyList<SyntheticDeviceEvent>> ReadHistoryAsync(CancellationToken cancellationToken = default) =>
        SyntheticDeviceEvent.Parse(await ReadAsync("history", cancellationToken).ConfigureAwait(false));

    /// <summary>Waits until something has happened to it; returns at once if it has before. The limit is a minute.</summary>
    /// <param name="what">As in <see cref="SyntheticDeviceEvent.What"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="VfioLabException">It did not within the limit.</exception>
    public Task WaitForAsync(string what, CancellationToken cancellationToken = default) =>
        // The kernel has no event for it: the lab's shell looks, which costs no round trip.
        _shell.RunAsync($"until grep -q ' {what}$' {Folder}/history; do usleep 5000; done", cancellationToken);

    /// <summary>Makes something go wrong from now on.</summary>
    public Task InjectAsync(DeviceFault fault, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return _shell.RunAsync(Write(fault.Knob, fault.Value), cancellationToken);
    }

    /// <summary>Ends a fault. What stalls in it goes on.</summary>
    public Task ClearAsync(DeviceFault fault, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return _shell.RunAsync(Write(fault.Knob, fault.Harmless), cancellationToken);
    }

    internal static async Task<SyntheticDevice> CreateAsync(LabShell shell, SyntheticDeviceOptions options, CancellationToken cancellationToken)
    {
        var device = new SyntheticDevice(Guid.NewGuid(), shell, options);
        var script = new StringBuilder("set -e\n");
        script.AppendLine(device.CreateCommand);
        foreach ((string knob, long value) in options.Knobs())
            script.AppendLine(device.Write(knob, value));
        await shell.RunAsync(script.ToString(), cancellationToken).ConfigureAwait(false);
        return device;
    }

    private string Write(string knob, long value) => string.Create(CultureInfo.InvariantCulture, $"echo {value} > {Folder}/{knob}");

    private async Task<string> ReadAsync(string file, CancellationToken cancellationToken) =>
        (await _shell.RunAsync($"cat {Folder}/{file}", cancellationToken).ConfigureAwait(false)).Trim();
}
