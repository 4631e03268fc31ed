using System.Text.Json;
using System.Text.Json.Nodes;
using QemuTest.Qmp;

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
        await _destination.Monitor.ExecuteAsync(
            "migrate-incoming",
            new JsonObject { ["uri"] = options.Uri, ["exit-on-error"] = false },
            cancellationToken: cancellationToken).ConfigureAwait(false);
        string uri = options.SourceUri ?? await ListeningUriAsync(options.Uri, cancellationToken).ConfigureAwait(false);
        await _source.Monitor.ExecuteAsync(
            "migrate", new JsonObject { ["uri"] = uri }, cancellationToken: cancellationToken).ConfigureAwait(false);

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
        JsonElement incoming = await _destination.Monitor.ExecuteAsync("query-migrate", cancellationToken: cancellationToken).ConfigureAwait(false);
        if (!incoming.TryGetProperty("socket-address", out JsonElement addresses))
            throw new QmpProtocolException($"'{_destination.Name}' does not say where it listens for '{uri}': query-migrate has no socket-address.");
        string port = addresses.EnumerateArray().First(a => Text(a, "type") == "inet").GetProperty("port").GetString()!;
        return uri[..^AnyPort.Length] + ":" + port;
    }

    private static async Task ConfigureAsync(QmpClient monitor, MigrationOptions options, CancellationToken cancellationToken)
    {
        var capabilities = new JsonArray
        {
            Capability("events", true),
            Capability("return-path", options.ReturnPath),
            Capability("multifd", options.MultifdChannels is not null),
        };
        await monitor.ExecuteAsync(
            "migrate-set-capabilities",
            new JsonObject { ["capabilities"] = capabilities },
            cancellationToken: cancellationToken).ConfigureAwait(false);
        if (options.MultifdChannels is { } channels)
            await monitor.ExecuteAsync(
                "migrate-set-parameters",
                new JsonObject { ["multifd-channels"] = channels },
                cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    private static JsonObject Capability(string name, bool on) => new() { ["capability"] = name, ["state"] = on };

    private static async Task<MigrationSide> ConcludeAsync(
        (string Name, QmpClient Monitor) side, QmpEventSubscription events, TimeSpan limit, CancellationToken cancellationToken)
    {
        var seen = new List<QmpEvent>();
        string status;
        string runState = "";
        JsonElement statistics = default;
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
            statistics = await side.Monitor.ExecuteAsync("query-migrate", options: patience, cancellationToken: cancellationToken).ConfigureAwait(false);
            status = Text(statistics, "status") ?? "none";
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
            Error = Text(statistics, "error-desc"),
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
            JsonElement status = await monitor.ExecuteAsync("query-status", options: options, cancellationToken: cancellationToken).ConfigureAwait(false);
            string runState = Text(status, "status")!;
            if (runState != "finish-migrate")
                return runState;
            try
            {
                await timer.WaitForNextTickAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return runState;
            }
        }
    }

    private static string? Text(JsonElement element, string member) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(member, out JsonElement value) ? value.GetString() : null;
}
