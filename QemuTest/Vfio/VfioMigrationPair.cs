using QemuTest.Migration;

namespace QemuTest.Vfio;

/// <summary>Two machines of a lab with the same kind of devices: a running source, and a destination that waits.</summary>
public sealed class VfioMigrationPair
{
    /// <summary>Makes a pair of two machines of one lab.</summary>
    /// <param name="source">The machine whose guest runs.</param>
    /// <param name="destination">A machine started with <c>-incoming defer</c>.</param>
    public VfioMigrationPair(LabMachine source, LabMachine destination)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        Source = source;
        Destination = destination;
    }

    /// <summary>The machine whose guest runs.</summary>
    public LabMachine Source { get; }

    /// <summary>The machine that waits with <c>-incoming defer</c>.</summary>
    public LabMachine Destination { get; }

    /// <summary>Migrates, waits for both sides' end, and reads off the traces how the devices' state travelled.</summary>
    public async Task<VfioMigrationOutcome> MigrateAsync(MigrationOptions options, CancellationToken cancellationToken = default)
    {
        var migration = new LiveMigration(Source.Name, Source.Qmp, Destination.Name, Destination.Qmp);
        MigrationOutcome outcome = await migration.RunAsync(options, cancellationToken).ConfigureAwait(false);
        string[] traces = await Task.WhenAll(
            Source.ReadTraceAsync(cancellationToken), Destination.ReadTraceAsync(cancellationToken)).ConfigureAwait(false);
        return new VfioMigrationOutcome(outcome, DeviceTravel.Read(Source, traces[0], Destination, traces[1]));
    }
}
