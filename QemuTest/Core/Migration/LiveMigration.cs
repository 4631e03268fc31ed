using QemuTest.Qmp;

namespace QemuTest.Migration;

/// <summary>Migrates the guest of one monitor to another: options on both sides, the command, and the outcome of both.</summary>
public sealed class LiveMigration
{
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
        using MigrationRun run = await StartAsync(options, cancellationToken: cancellationToken).ConfigureAwait(false);
        return await run.WaitForCompletionAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sets both sides up and begins to migrate.</summary>
    /// <param name="options">How the source migrates.</param>
    /// <param name="destinationOptions">What the destination is set to; null for the same. Where to listen, and the limits, are the
    /// source's in any case.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="QmpCommandException">QEMU refused an option or the command itself.</exception>
    public async Task<MigrationRun> StartAsync(
        MigrationOptions options, MigrationOptions? destinationOptions = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        await ConfigureAsync(_source.Monitor, options, cancellationToken).ConfigureAwait(false);
        await ConfigureAsync(_destination.Monitor, destinationOptions ?? options, cancellationToken).ConfigureAwait(false);

        var source = new MigrationWatch(_source.Name, _source.Monitor);
        var destination = new MigrationWatch(_destination.Name, _destination.Monitor);
        var run = new MigrationRun(options, source, destination);
        try
        {
            if (!options.ThroughFile)
                await ListenAsync(_destination.Monitor, options, cancellationToken).ConfigureAwait(false);
            string uri = options.SourceUri ?? await ListeningUriAsync(options.Uri, cancellationToken).ConfigureAwait(false);
            await _source.Monitor.MigrateAsync(uri, cancellationToken: cancellationToken).ConfigureAwait(false);
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    // Without exit-on-error=false a failing destination ends at once, and takes its reason with it.
    internal static Task ListenAsync(QmpClient destination, MigrationOptions options, CancellationToken cancellationToken) =>
        destination.MigrateIncomingAsync(options.Uri, exitOnError: false, cancellationToken: cancellationToken);

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
        await monitor.MigrateSetCapabilitiesAsync(options.Capabilities, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (options.Parameters is { } parameters)
            await monitor.MigrateSetParametersAsync(parameters, cancellationToken: cancellationToken).ConfigureAwait(false);
    }
}
