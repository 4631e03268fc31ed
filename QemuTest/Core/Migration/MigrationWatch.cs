using QemuTest.Qmp;

namespace QemuTest.Migration;

/// <summary>Follows one side of a migration by its events, from before it begins to its end.</summary>
internal sealed class MigrationWatch : IDisposable
{
    private static readonly string[] Final = ["completed", "failed", "cancelled"];
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RunStateTimeout = TimeSpan.FromSeconds(5);

    private readonly QmpEventSubscription _events;
    private readonly List<QmpEvent> _seen = [];

    public MigrationWatch(string name, QmpClient monitor)
    {
        Name = name;
        Monitor = monitor;
        _events = monitor.Subscribe("MIGRATION", "STOP", "RESUME", "VFIO_MIGRATION");
    }

    public string Name { get; }

    public QmpClient Monitor { get; }

    private string? LastStatus => _seen.LastOrDefault(e => e.Name == "MIGRATION")?.GetString("status");

    public void Dispose() => _events.Dispose();

    /// <summary>Waits until the side says that it is in this status; returns at once if it said so before.</summary>
    /// <exception cref="InvalidOperationException">It came to an end without.</exception>
    public async Task WaitForStatusAsync(string status, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (_seen.Any(e => e.GetString("status") == status))
            return;
        await _events.NextAsync(
            e => Remember(e) && (e.GetString("status") == status || IsEnd(e)), timeout, $"MIGRATION {status}", cancellationToken).ConfigureAwait(false);
        if (LastStatus != status)
            throw new InvalidOperationException($"'{Name}' came to '{LastStatus}' when its migration's status '{status}' was awaited.");
    }

    /// <summary>Waits for the end, and asks what it came to.</summary>
    public async Task<MigrationSide> WaitForCompletionAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            if (!_seen.Any(IsEnd))
                await _events.NextAsync(
                    e => Remember(e) && IsEnd(e), timeout, "MIGRATION completed, failed or cancelled", cancellationToken).ConfigureAwait(false);
        }
        catch (QmpTimeoutException)
        {
            // Not at its end; what it says of itself now is part of the outcome.
        }
        catch (QmpException)
        {
            return Side("gone");
        }

        var patience = new QmpCommandOptions { Timeout = timeout < AskTimeout ? timeout : AskTimeout };
        MigrationInfo? statistics = null;
        try
        {
            statistics = await Monitor.QueryMigrateAsync(patience, cancellationToken).ConfigureAwait(false);
            string runState = await SettledRunStateAsync(patience, cancellationToken).ConfigureAwait(false);
            return Side((statistics.Status ?? MigrationStatus.None).Value, runState, statistics);
        }
        catch (QmpTimeoutException)
        {
            return Side("no answer", statistics: statistics);
        }
        catch (QmpDisconnectedException)
        {
            return Side("gone", statistics: statistics);
        }
    }

    private static bool IsEnd(QmpEvent next) => next.Name == "MIGRATION" && Final.Contains(next.GetString("status"));

    private bool Remember(QmpEvent next)
    {
        _seen.Add(next);
        return true;
    }

    private MigrationSide Side(string status, string runState = "", MigrationInfo? statistics = null)
    {
        _seen.AddRange(_events.Drain());
        return new MigrationSide { Name = Name, Status = status, RunState = runState, Statistics = statistics, Events = [.. _seen] };
    }

    // QEMU announces the end of the migration a moment before it leaves finish-migrate, and sends no event for that.
    private async Task<string> SettledRunStateAsync(QmpCommandOptions options, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(RunStateTimeout);
        while (true)
        {
            RunState runState = (await Monitor.QueryStatusAsync(options, cancellationToken).ConfigureAwait(false)).Status;
            if (runState != RunState.FinishMigrate)
                return runState.Value;
            try
            {
                await timer.WaitForNextTickAsync(timeout.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return runState.Value;
            }
        }
    }
}
