using System.Globalization;
using QemuTest.Qmp;

namespace QemuTest.Migration;

/// <summary>Follows one side of a migration by its events, from before the start to the end.</summary>
internal sealed class MigrationWatch : IDisposable
{
    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RunStateTimeout = TimeSpan.FromSeconds(30);

    private readonly QmpEventSubscription _events;
    private readonly QmpEventSubscription _progress;
    private readonly List<MigrationStatus> _statuses = [];

    public MigrationWatch(MigrationEndpoint endpoint)
    {
        Name = endpoint.Name;
        Monitor = endpoint.Monitor;
        _events = Monitor.Subscribe(
            MigrationEvent.EventName, StopEvent.EventName, ResumeEvent.EventName, VfioMigrationEvent.EventName);
        _progress = Monitor.Subscribe(MigrationEvent.EventName);
    }

    public string Name { get; }

    public QmpClient Monitor { get; }

    private MigrationStatus? LastStatus => _statuses.Count == 0 ? null : _statuses[^1];

    public void Dispose()
    {
        _events.Dispose();
        _progress.Dispose();
    }

    /// <summary>Waits until the side announces this status; returns at once if it did before.</summary>
    /// <exception cref="MigrationException">The migration ends first, or the timeout expires.</exception>
    public async Task WaitForStatusAsync(MigrationStatus status, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        if (_statuses.Contains(status))
            return;
        try
        {
            await WaitAsync(next => next == status || IsEnd(next), timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (QmpTimeoutException error)
        {
            throw new MigrationException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The migration of '{Name}' did not reach '{status}' within {error.Timeout.TotalSeconds:0.###} s; its last status is '{LastStatus?.Value ?? "none"}'."),
                Name, status, LastStatus, error);
        }

        if (LastStatus != status)
            throw new MigrationException(
                $"The migration of '{Name}' ended as '{LastStatus}' without reaching '{status}'.", Name, status, LastStatus);
    }

    /// <summary>Waits for the end, and asks for the result.</summary>
    public async Task<MigrationSide> WaitForCompletionAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        MigrationInfo? statistics = null;
        try
        {
            await WaitForEndAsync(timeout, cancellationToken).ConfigureAwait(false);
            var options = new QmpCommandOptions { Timeout = timeout < QueryTimeout ? timeout : QueryTimeout };
            statistics = await Monitor.QueryMigrateAsync(options, cancellationToken).ConfigureAwait(false);
            return Side(
                MonitorState.Answering, statistics, await SettledRunStateAsync(options, cancellationToken).ConfigureAwait(false));
        }
        catch (QmpTimeoutException)
        {
            return Side(MonitorState.NoAnswer, statistics);
        }
        catch (Exception error) when (error is QmpDisconnectedException or QmpProtocolException)
        {
            return Side(MonitorState.Gone, statistics);
        }
    }

    private static bool IsEnd(MigrationStatus status) =>
        status == MigrationStatus.Completed || status == MigrationStatus.Failed || status == MigrationStatus.Cancelled;

    private async Task WaitForEndAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await WaitAsync(IsEnd, timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (QmpTimeoutException)
        {
            // The migration has not ended. The outcome has the status that it has now.
        }
    }

    // Returns at once after the end: no status follows.
    private async Task WaitAsync(Predicate<MigrationStatus> wanted, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!_statuses.Any(IsEnd))
            await _progress.NextAsync(MigrationEvent.EventName, timeout, next => wanted(Note(next)), cancellationToken).ConfigureAwait(false);
    }

    private MigrationStatus Note(QmpEvent next)
    {
        MigrationStatus status = ((MigrationEvent)QmpEvents.Decode(next)).Status;
        _statuses.Add(status);
        return status;
    }

    private MigrationSide Side(MonitorState monitor, MigrationInfo? statistics, RunState? runState = null) => new()
    {
        Name = Name,
        Monitor = monitor,
        RunState = runState,
        Statistics = statistics,
        Events = [.. _events.Drain().Select(QmpEvents.Decode)],
    };

    // QEMU announces the end of the migration a moment before it leaves finish-migrate, and sends no event for that.
    private async Task<RunState> SettledRunStateAsync(QmpCommandOptions options, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeouts.Scale(RunStateTimeout));
        while (true)
        {
            RunState runState = (await Monitor.QueryStatusAsync(options, cancellationToken).ConfigureAwait(false)).Status;
            if (runState != RunState.FinishMigrate)
                return runState;
            try
            {
                await timer.WaitForNextTickAsync(timeout.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return runState;
            }
        }
    }
}
