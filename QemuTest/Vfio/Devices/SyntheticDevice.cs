using System.Globalization;
using System.Text;

namespace QemuTest.Vfio;

/// <summary>A VFIO device of the lab's own kernel module, <c>synthdev</c>: it consists of its migration state, whose size, latencies and
/// faults are options. Its state and history can be read from outside, independent of QEMU.</summary>
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

    /// <summary>Gets the options it was created with.</summary>
    public SyntheticDeviceOptions Options { get; }

    private string Folder => $"{SysfsPath}/synthdev";

    /// <summary>Reads the checksum (xxHash64) of the state.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<ulong> ReadChecksumAsync(CancellationToken cancellationToken = default) =>
        ulong.Parse(await ReadAsync("checksum", cancellationToken).ConfigureAwait(false), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Reads the kernel's name of the migration state, for example <c>RUNNING</c>.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<string> ReadMigrationStateAsync(CancellationToken cancellationToken = default) => ReadAsync("state", cancellationToken);

    /// <summary>Reads the last 64 entries of the history, in order.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<IReadOnlyList<SyntheticDeviceEvent>> ReadHistoryAsync(CancellationToken cancellationToken = default) =>
        SyntheticDeviceEvent.Parse(await ReadAsync("history", cancellationToken).ConfigureAwait(false));

    /// <summary>Waits until the history has an entry; returns at once if it has one already. The timeout is 60 s.</summary>
    /// <param name="what">The entry's <see cref="SyntheticDeviceEvent.What"/>.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="VfioLabException">The timeout expires.</exception>
    public Task WaitForAsync(string what, CancellationToken cancellationToken = default) =>
        // The kernel sends no event. The lab's shell polls, without a round trip.
        _shell.RunAsync($"until grep -q ' {what}$' {Folder}/history; do usleep 5000; done", cancellationToken);

    /// <summary>Causes a fault from now on.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task InjectAsync(DeviceFault fault, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return _shell.RunAsync(Write(fault.Knob, fault.Value), cancellationToken);
    }

    /// <summary>Clears a fault. A transfer that it stalls continues.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task ClearAsync(DeviceFault fault, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return _shell.RunAsync(Write(fault.Knob, fault.Harmless), cancellationToken);
    }

    internal static async Task<SyntheticDevice> CreateAsync(
        LabShell shell, SyntheticDeviceOptions options, CancellationToken cancellationToken = default)
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

    private async Task<string> ReadAsync(string file, CancellationToken cancellationToken = default) =>
        (await _shell.RunAsync($"cat {Folder}/{file}", cancellationToken).ConfigureAwait(false)).Trim();
}
