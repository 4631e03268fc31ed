using QemuTest.Qmp;
using QemuTest.Qmp.Qapi;

namespace QemuTest.Migration;

/// <summary>Migrates the guest of one monitor to another: options on both sides, the command, and the outcome of both.</summary>
public sealed class LiveMigration
{
    private static readonly string[] Final = ["completed", "failed", "cancelled"];
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RunStateLimit = TimeSpan.FromSeconds(5);

    private readonly (string Name, QmpClient Monitor) _source;
    private readonly (string Name, QmpClient Monitor) _destination;

    /// <summary>Prepares; nothing is sent.</summary>
    /// <param name="sourceName">The source's name in the outcome.</param>
    /// <param name="source">The monitor of the machine that runs the guest.</param>
    /// <param name="destinationName">The destination's name in the outcome.</param>
    /// <param name="destination">The monitor of a machine started with <c>-incoming defer</c>.</param>
    public LiveMigration(string sourceName, QmpClient source, string destinationName, QmpClient destination)
    {
        _source = (sourceName, source);
        _destination = (destinationName, destination);
    }

    /// <summary>Migrates, and waits until both sides have come to an end or the limit is over. A migration that fails is an
    /// outcome, not an exception.</summary>
    /// <exception cref="QmpCommandException">QEMU refused an option or the command itself.</exception>
    public async Task<MigrationOutcome> RunAsync(MigrationOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        await ConfigureAsync(_source.Monitor, options, cancellationToken).ConfigureAwait(false);
        await ConfigureAsync(_destination.Monitor, options, cancellationToken).ConfigureAwait(false);

        using QmpEventSubscription fromSource = _source.Monitor.Subscribe("MIGRATION", "STOP", "RESUME");
        using QmpEventSubscription fromDestination = _destination.Monitor.Subscribe("MIGRATION", "STOP", "RESUME");
        // Without exit-on-error=false a failing destination ends at once, and takes its reason with it.
        await _destination.Monitor.MigrateIncomingAsync(options.Uri, exitOnError: false, cancellationToken: cancellationToken).ConfigureAwait(false);
        string uri = options.SourceUri ?? await ListeningUriAsync(options.Uri, cancellationToken).ConfigureAwait(false);
        await _source.Monitor.MigrateAsync(uri, cancellationToken: cancellationToken).ConfigureAwait(false);

        MigrationSide[] sides = await Task.WhenAll(
            ConcludeAsync(_source, fromSource, options.Limit, cancellationToken),
            ConcludeAsync(_destination, fromDestination, options.Limit, cancellationToken)).ConfigureAwait(false);
        return new MigrationOutcome { Options = options, Source = sides[0], Destination = sides[1] };
    }

    // The destination tells where it really listens once the kernel has picked its port.
    private async Task<string> ListeningUriAsync(string uri, CancellationToken cancellationToken)
    {
        const string AnyPort = ":0";
        if (!uri.StartsWith("tcp:", StringComparison.Ordinal) || !uri.EndsWith(AnyPort, StringComparison.Ordinal))
            return uri;
        MigrationInfo incoming = await _destination.Monitor.QueryMigrateAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        return incoming.SocketAddress?.OfType<SocketAddress.Inet>().FirstOrDefault() is { } address
            ? $"{uri[..^AnyPort.Length]}:{address.Port}"
            : throw new QmpProtocolException($"'{_destination.Name}' does not say where it listens for '{uri}': query-migrate has no inet socket-address.");
    }

    private static async Task ConfigureAsync(QmpClient monitor, MigrationOptions options, CancellationToken cancellationToken)
    {
        await monitor.MigrateSetCapabilitiesAsync(
            [
                new() { Capability = MigrationCapability.Events, State = true },
                new() { Capability = MigrationCapability.ReturnPath, State = options.ReturnPath },
                new() { Capability = MigrationCapability.Multifd, State = options.MultifdChannels is not null },
            ],
            cancellationToken: cancellationToken).ConfigureAwait(false);
        if (options.MultifdChannels is { } channels)
            await monitor.MigrateSetParametersAsync(
                new MigrateSetParameters { MultifdChannels = (byte)channels }, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    private static async Task<MigrationSide> ConcludeAsync(
        (string Name, QmpClient Monitor) side, QmpEventSubscription events, TimeSpan limit, CancellationToken cancellationToken)
    {
        var seen = new List<QmpEvent>();
        string status;
        string runState = "";
        MigrationInfo? statistics = null;
        try
        {
            await events.NextAsync("MIGRATION completed, failed or cancelled", limit, IsEnd, cancellationToken).ConfigureAwait(false);
        }
        catch (QmpTimeoutException)
        {
            // Not at its end; what it says of itself now is part of the outcome.
        }
        catch (QmpException)
        {
            return new MigrationSide { Name = side.Name, Status = "gone", RunState = "", Events = seen };
        }

        try
        {
            var patience = new QmpCommandOptions { Timeout = AskLimit };
            statistics = await side.Monitor.QueryMigrateAsync(patience, cancellationToken).ConfigureAwait(false);
            status = (statistics.Status ?? MigrationStatus.None).Value;
            runState = await SettledRunStateAsync(side.Monitor, patience, cancellationToken).ConfigureAwait(false);
        }
        catch (QmpTimeoutException)
        {
            status = "no answer";
        }
        catch (QmpDisconnectedException)
        {
            status = "gone";
        }

        seen.AddRange(events.Drain());
        return new MigrationSide
        {
            Name = side.Name,
            Status = status,
            RunState = runState,
            Statistics = statistics,
            Events = seen,
        };

        bool IsEnd(QmpEvent next)
        {
            seen.Add(next);
            return next.Name == "MIGRATION" && Final.Contains(next.Text("status"));
        }
    }

    // QEMU announces the end of the migration a moment before it leaves finish-migrate, and sends no event for that.
    private static async Task<string> SettledRunStateAsync(QmpClient monitor, QmpCommandOptions options, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(RunStateLimit);
        while (true)
        {
            RunState runState = (await monitor.QueryStatusAsync(options, cancellationToken).ConfigureAwait(false)).Status;
            if (runState != RunState.FinishMigrate)
                return runState.Value;
            try
            {
                await timer.WaitForNextTickAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return runState.Value;
            }
        }
    }
}
