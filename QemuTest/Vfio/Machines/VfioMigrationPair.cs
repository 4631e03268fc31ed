using QemuTest.Migration;

namespace QemuTest.Vfio;

/// <summary>Two machines with VFIO devices in the same slots: a source with the guest, and a destination that waits for it.</summary>
/// <typeparam name="TMachine">The kind of machine, for example <see cref="LabMachine"/>.</typeparam>
public sealed class VfioMigrationPair<TMachine>
    where TMachine : IVfioMachine
{
    /// <summary>Creates a pair.</summary>
    /// <param name="source">The machine with the guest.</param>
    /// <param name="destination">A machine started with <c>-incoming defer</c>.</param>
    public VfioMigrationPair(TMachine source, TMachine destination)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        Source = source;
        Destination = destination;
    }

    /// <summary>Gets the machine with the guest.</summary>
    public TMachine Source { get; }

    /// <summary>Gets the machine that waits for the guest.</summary>
    public TMachine Destination { get; }

    /// <summary>Migrates: <see cref="StartAsync"/> and <see cref="WaitForCompletionAsync"/>.</summary>
    /// <param name="options">The options of both sides.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<VfioMigrationOutcome> MigrateAsync(MigrationOptions options, CancellationToken cancellationToken = default)
    {
        using MigrationRun run = await StartAsync(options, cancellationToken: cancellationToken).ConfigureAwait(false);
        return await WaitForCompletionAsync(run, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts to migrate.</summary>
    /// <param name="options">The options of the source.</param>
    /// <param name="destinationOptions">The options of the destination; null for the same.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<MigrationRun> StartAsync(
        MigrationOptions options, MigrationOptions? destinationOptions = null, CancellationToken cancellationToken = default)
    {
        await Source.MarkLogsAsync(cancellationToken).ConfigureAwait(false);
        await Destination.MarkLogsAsync(cancellationToken).ConfigureAwait(false);
        return await MigrationRun.StartAsync(
            new(Source.Name, Source.Qmp), new(Destination.Name, Destination.Qmp), options, destinationOptions, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until the migration ends on both sides, and reads the path of the device state from the traces.</summary>
    /// <param name="run">The migration.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task<VfioMigrationOutcome> WaitForCompletionAsync(MigrationRun run, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        MigrationOutcome outcome = await run.WaitForCompletionAsync(cancellationToken).ConfigureAwait(false);
        VfioMigrationSide[] sides = await Task.WhenAll(
            Source.ReadSideAsync(outcome.Source, cancellationToken),
            Destination.ReadSideAsync(outcome.Destination, cancellationToken)).ConfigureAwait(false);
        return new VfioMigrationOutcome(
            outcome.Options, sides[0], sides[1], DeviceStateTransfer.Read(
                Source.Options.FirstSlot, Source.DeviceNames, sides[0].Trace, Destination.DeviceNames, sides[1].Trace));
    }
}
