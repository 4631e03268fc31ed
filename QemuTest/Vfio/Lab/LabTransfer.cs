using QemuTest.Qmp;

namespace QemuTest.Vfio;

/// <summary>Saves the lab's own guest to a file, and restores it.</summary>
internal static class LabTransfer
{
    /// <summary>Saves the guest to a file.</summary>
    /// <exception cref="VfioLabException">QEMU cannot save it.</exception>
    public static Task SaveAsync(QmpClient monitor, string file, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        RunAsync(monitor, uri => monitor.MigrateAsync(uri, cancellationToken: cancellationToken), file, timeout, cancellationToken);

    /// <summary>Restores the guest from a file.</summary>
    /// <exception cref="VfioLabException">QEMU cannot restore it.</exception>
    public static Task RestoreAsync(QmpClient monitor, string file, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        RunAsync(monitor, uri => monitor.MigrateIncomingAsync(uri, cancellationToken: cancellationToken), file, timeout, cancellationToken);

    private static async Task RunAsync(
        QmpClient monitor, Func<string, Task> startAsync, string file, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        await monitor.MigrateSetCapabilitiesAsync(
            [new() { Capability = MigrationCapability.Events, State = true }], cancellationToken: cancellationToken).ConfigureAwait(false);
        using QmpEventSubscription progress = monitor.Subscribe(MigrationEvent.EventName);
        await startAsync("file:" + file).ConfigureAwait(false);
        QmpEvent end = await progress.NextAsync(
            MigrationEvent.EventName, timeout, e => IsEnd(StatusOf(e)), cancellationToken).ConfigureAwait(false);
        if (StatusOf(end) != MigrationStatus.Completed)
            throw new VfioLabException($"QEMU cannot transfer the lab's guest to or from {file}: the migration failed.");
    }

    private static MigrationStatus StatusOf(QmpEvent e) => ((MigrationEvent)QmpEvents.Decode(e)).Status;

    private static bool IsEnd(MigrationStatus status) => status == MigrationStatus.Completed || status == MigrationStatus.Failed;
}
