using QemuTest.Qmp;

namespace QemuTest.Migration;

/// <summary>A migration that has begun: to wait for a status, to let it go on, to interfere, and to conclude. For one user at a
/// time.</summary>
public sealed class MigrationRun : IDisposable
{
    private readonly MigrationOptions _options;
    private readonly MigrationWatch _source;
    private readonly MigrationWatch _destination;

    internal MigrationRun(MigrationOptions options, MigrationWatch source, MigrationWatch destination)
    {
        _options = options;
        _source = source;
        _destination = destination;
    }

    /// <summary>Waits until the source says that it is in this status, for example <c>active</c> or <c>pre-switchover</c>. The limit is
    /// <see cref="MigrationOptions.Timeout"/>.</summary>
    /// <exception cref="QmpTimeoutException">It did not within the limit.</exception>
    /// <exception cref="InvalidOperationException">It came to an end without.</exception>
    public Task WaitForSourceAsync(string status, CancellationToken cancellationToken = default) =>
        _source.WaitForStatusAsync(status, _options.Timeout, cancellationToken);

    /// <summary>Waits until the destination says that it is in this status. As <see cref="WaitForSourceAsync"/>.</summary>
    /// <exception cref="QmpTimeoutException">It did not within the limit.</exception>
    /// <exception cref="InvalidOperationException">It came to an end without.</exception>
    public Task WaitForDestinationAsync(string status, CancellationToken cancellationToken = default) =>
        _destination.WaitForStatusAsync(status, _options.Timeout, cancellationToken);

    /// <summary>Lets a source that stopped in <c>pre-switchover</c> go on, once it is there.</summary>
    public async Task ContinueAsync(CancellationToken cancellationToken = default)
    {
        await WaitForSourceAsync("pre-switchover", cancellationToken).ConfigureAwait(false);
        await _source.Monitor.MigrateContinueAsync(MigrationStatus.PreSwitchover, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives the migration up on the source.</summary>
    public Task CancelAsync(CancellationToken cancellationToken = default) =>
        _source.Monitor.MigrateCancelAsync(cancellationToken: cancellationToken);

    /// <summary>Waits until both sides have come to an end or the limit is over.</summary>
    public async Task<MigrationOutcome> WaitForCompletionAsync(CancellationToken cancellationToken = default)
    {
        MigrationSide[] sides;
        if (_options.ThroughFile)
        {
            MigrationSide source = await _source.WaitForCompletionAsync(_options.Timeout, cancellationToken).ConfigureAwait(false);
            await LiveMigration.ListenAsync(_destination.Monitor, _options, cancellationToken).ConfigureAwait(false);
            sides = [source, await _destination.WaitForCompletionAsync(_options.Timeout, cancellationToken).ConfigureAwait(false)];
        }
        else
        {
            sides = await Task.WhenAll(
                _source.WaitForCompletionAsync(_options.Timeout, cancellationToken),
                _destination.WaitForCompletionAsync(_options.Timeout, cancellationToken)).ConfigureAwait(false);
        }

        return new MigrationOutcome { Options = _options, Source = sides[0], Destination = sides[1] };
    }

    /// <summary>Ends the watching, not the migration.</summary>
    public void Dispose()
    {
        _source.Dispose();
        _destination.Dispose();
    }
}
