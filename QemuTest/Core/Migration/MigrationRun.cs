using QemuTest.Qmp;

namespace QemuTest.Migration;

/// <summary>A live migration that has started. Not thread-safe.</summary>
public sealed class MigrationRun : IDisposable
{
    private readonly MigrationOptions _options;
    private readonly MigrationWatch _source;
    private readonly MigrationWatch _destination;

    private MigrationRun(MigrationOptions options, MigrationWatch source, MigrationWatch destination)
    {
        _options = options;
        _source = source;
        _destination = destination;
    }

    /// <summary>Configures both sides and starts to migrate. A migration that fails later is an outcome, not an exception.</summary>
    /// <param name="source">The machine that has the guest.</param>
    /// <param name="destination">A machine started with <c>-incoming defer</c>.</param>
    /// <param name="options">The options of the source.</param>
    /// <param name="destinationOptions">The capabilities and parameters of the destination; null for the same. The address and the timeout
    /// are always the source's.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="QmpCommandException">QEMU refuses an option or the command itself.</exception>
    public static async Task<MigrationRun> StartAsync(
        MigrationEndpoint source,
        MigrationEndpoint destination,
        MigrationOptions options,
        MigrationOptions? destinationOptions = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(options);
        await ConfigureAsync(source.Monitor, options, cancellationToken).ConfigureAwait(false);
        await ConfigureAsync(destination.Monitor, destinationOptions ?? options, cancellationToken).ConfigureAwait(false);

        var run = new MigrationRun(options, new MigrationWatch(source), new MigrationWatch(destination));
        try
        {
            if (!options.ThroughFile)
                await run.ListenAsync(cancellationToken).ConfigureAwait(false);
            string uri = options.SourceUri ?? await run.ListeningUriAsync(cancellationToken).ConfigureAwait(false);
            await source.Monitor.MigrateAsync(uri, cancellationToken: cancellationToken).ConfigureAwait(false);
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    /// <summary>Waits until the source announces this status; returns at once if it did before. The timeout is
    /// <see cref="MigrationOptions.Timeout"/>.</summary>
    /// <param name="status">The status, for example <see cref="MigrationStatus.Active"/>.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="MigrationException">The migration ends first, or the timeout expires.</exception>
    public Task WaitForSourceAsync(MigrationStatus status, CancellationToken cancellationToken = default) =>
        _source.WaitForStatusAsync(status, _options.Timeout, cancellationToken);

    /// <summary>Waits until the destination announces this status; returns at once if it did before. The timeout is
    /// <see cref="MigrationOptions.Timeout"/>.</summary>
    /// <param name="status">The status.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="MigrationException">The migration ends first, or the timeout expires.</exception>
    public Task WaitForDestinationAsync(MigrationStatus status, CancellationToken cancellationToken = default) =>
        _destination.WaitForStatusAsync(status, _options.Timeout, cancellationToken);

    /// <summary>Waits until the source stops in <c>pre-switchover</c>, then continues the migration.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="MigrationException">The migration ends first, or the timeout expires.</exception>
    public async Task ContinueAsync(CancellationToken cancellationToken = default)
    {
        await WaitForSourceAsync(MigrationStatus.PreSwitchover, cancellationToken).ConfigureAwait(false);
        await _source.Monitor.MigrateContinueAsync(MigrationStatus.PreSwitchover, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Cancels the migration on the source.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task CancelAsync(CancellationToken cancellationToken = default) =>
        _source.Monitor.MigrateCancelAsync(cancellationToken: cancellationToken);

    /// <summary>Waits until the migration ends on both sides, or <see cref="MigrationOptions.Timeout"/> expires.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task<MigrationOutcome> WaitForCompletionAsync(CancellationToken cancellationToken = default)
    {
        Task<MigrationSide> source = _source.WaitForCompletionAsync(_options.Timeout, cancellationToken);
        if (_options.ThroughFile)
        {
            // The file must be whole before the destination reads it.
            await source.ConfigureAwait(false);
            await ListenAsync(cancellationToken).ConfigureAwait(false);
        }

        MigrationSide[] sides = await Task.WhenAll(
            source, _destination.WaitForCompletionAsync(_options.Timeout, cancellationToken)).ConfigureAwait(false);
        return new MigrationOutcome(_options, sides[0], sides[1]);
    }

    /// <summary>Stops watching; the migration goes on.</summary>
    public void Dispose()
    {
        _source.Dispose();
        _destination.Dispose();
    }

    private static async Task ConfigureAsync(QmpClient monitor, MigrationOptions options, CancellationToken cancellationToken)
    {
        // An older QEMU refuses the name of a capability that it does not have, even to turn it off.
        IReadOnlyList<MigrationCapabilityStatus> present = await monitor.QueryMigrateCapabilitiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        HashSet<MigrationCapability> names = [.. present.Select(status => status.Capability)];
        await monitor.MigrateSetCapabilitiesAsync(
            [.. options.Capabilities.Where(status => status.State || names.Contains(status.Capability))], cancellationToken: cancellationToken).ConfigureAwait(false);
        if (options.Parameters is { } parameters)
            await monitor.MigrateSetParametersAsync(parameters, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    // Without exit-on-error=false, a failing destination exits at once, and its reason is lost. QEMU has the argument since 9.1.
    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _destination.Monitor.MigrateIncomingAsync(_options.Uri, exitOnError: false, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (QmpCommandException refusal) when (refusal.Description.Contains("exit-on-error", StringComparison.Ordinal))
        {
            await _destination.Monitor.MigrateIncomingAsync(_options.Uri, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }

    // With port 0, the kernel picks the port, and only the destination knows it.
    private async Task<string> ListeningUriAsync(CancellationToken cancellationToken)
    {
        const string AnyPort = ":0";
        string uri = _options.Uri;
        if (!uri.StartsWith("tcp:", StringComparison.Ordinal) || !uri.EndsWith(AnyPort, StringComparison.Ordinal))
            return uri;
        MigrationInfo incoming = await _destination.Monitor.QueryMigrateAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        return incoming.SocketAddress?.OfType<SocketAddress.Inet>().FirstOrDefault() is { } address
            ? $"{uri[..^AnyPort.Length]}:{address.Port}"
            : throw new QmpProtocolException(
                $"'{_destination.Name}' does not say which port it listens on for '{uri}': query-migrate has no inet socket-address.");
    }
}
