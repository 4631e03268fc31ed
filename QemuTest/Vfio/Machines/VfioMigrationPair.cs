using QemuTest.Migration;

namespace QemuTest.Vfio;

/// <summary>Two machines of a lab: one with the guest, and one that waits for it.</summary>
/// <param name="source">The machine whose guest runs.</param>
/// <param name="destination">A machine started with <c>-incoming defer</c>.</param>
public sealed class VfioMigrationPair(LabMachine source, LabMachine destination) : VfioMigrationPair<LabMachine>(source, destination);

/// <summary>Two machines with VFIO devices in the same slots: one with the guest, and one that waits for it.</summary>
/// <typeparam name="TMachine">Where they run.</typeparam>
public class VfioMigrationPair<TMachine>
    where TMachine : IVfioMachine
{
    /// <summary>Makes a pair of two machines.</summary>
    /// <param name="source">The machine whose guest runs.</param>
    /// <param name="destination">A machine started with <c>-incoming defer</c>.</param>
    public VfioMigrationPair(TMachine source, TMachine destination)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        Source = source;
        Destination = destination;
    }

    /// <summary>The machine whose guest runs.</summary>
    public TMachine Source { get; }

    /// <summary>The machine that waits with <c>-incoming defer</c>.</summary>
    public TMachine Destination { get; }

    /// <summary>Migrates, waits for both sides' end, and reads off the traces how the devices' state travelled.</summary>
    public async Task<VfioMigrationOutcome> MigrateAsync(MigrationOptions options, CancellationToken cancellationToken = default)
    {
        using MigrationRun run = await StartAsync(options, cancellationToken: cancellationToken).ConfigureAwait(false);
        return await WaitForCompletionAsync(run, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Begins to migrate.</summary>
    /// <param name="options">How the source migrates.</param>
    /// <param name="destinationOptions">What the destination is set to; null for the same.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<MigrationRun> StartAsync(
        MigrationOptions options, MigrationOptions? destinationOptions = null, CancellationToken cancellationToken = default)
    {
        await Source.MarkLogsAsync(cancellationToken).ConfigureAwait(false);
        await Destination.MarkLogsAsync(cancellationToken).ConfigureAwait(false);
        return await new LiveMigration(Source.Name, Source.Qmp, Destination.Name, Destination.Qmp)
            .StartAsync(options, destinationOptions, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits for both sides' end, and reads off the traces how the devices' state travelled.</summary>
    public async Task<VfioMigrationOutcome> WaitForCompletionAsync(MigrationRun run, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        MigrationOutcome outcome = await run.WaitForCompletionAsync(cancellationToken).ConfigureAwait(false);
        VfioMachineReport[] reports = await Task.WhenAll(
            Source.ReportAsync(cancellationToken), Destination.ReportAsync(cancellationToken)).ConfigureAwait(false);
        return new VfioMigrationOutcome(
            outcome, DeviceStateTransfer.Read(Source, reports[0].Trace, Destination, reports[1].Trace), reports[0], reports[1]);
    }
}
