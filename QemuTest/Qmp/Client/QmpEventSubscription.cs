using System.Threading.Channels;

namespace QemuTest.Qmp;

/// <summary>A queue of the events that a filter lets through, from the moment of subscribing. Subscribe before the
/// command that causes the event, so that it cannot be missed. Safe for one reader and any number of events.</summary>
public sealed class QmpEventSubscription : IAsyncEnumerable<QmpEvent>, IDisposable
{
    private readonly Channel<QmpEvent> _events = Channel.CreateUnbounded<QmpEvent>(new() { SingleReader = true });
    private readonly Func<QmpEvent, bool> _filter;
    private readonly Action<QmpEventSubscription> _unsubscribe;

    internal QmpEventSubscription(Func<QmpEvent, bool> filter, Action<QmpEventSubscription> unsubscribe)
    {
        _filter = filter;
        _unsubscribe = unsubscribe;
    }

    /// <summary>Waits for the next event that <paramref name="match"/> accepts; others before it are passed over and gone.
    /// The timeout is for the whole wait, however many events pass by.</summary>
    /// <param name="awaited">What is awaited, for the error: <c>STOP</c>, <c>MIGRATION completed</c>.</param>
    /// <param name="timeout">The timeout for the whole wait.</param>
    /// <param name="match">What is wanted; null takes any.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <exception cref="QmpTimeoutException">No such event came in time.</exception>
    /// <exception cref="QmpDisconnectedException">The connection ended first, or the subscription was disposed of.</exception>
    /// <exception cref="QmpProtocolException">The connection ended first, by something that is not QMP.</exception>
    public async Task<QmpEvent> NextAsync(
        string awaited,
        TimeSpan timeout,
        Func<QmpEvent, bool>? match = null,
        CancellationToken cancellationToken = default)
    {
        timeout = Timeouts.Scale(timeout);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        var passedOver = new Dictionary<string, int>();
        try
        {
            await foreach (QmpEvent next in _events.Reader.ReadAllAsync(deadline.Token).ConfigureAwait(false))
            {
                if (match is null || match(next))
                    return next;
                passedOver[next.Name] = passedOver.GetValueOrDefault(next.Name) + 1;

                // The reader looks at its token only when it has to wait for the next event.
                deadline.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            string seen = passedOver.Count == 0 ? "no event" : string.Join(
                ", ", passedOver.Select(seen => seen.Value == 1 ? seen.Key : $"{seen.Key} ({seen.Value} times)"));
            throw new QmpTimeoutException(
                $"event {awaited}", timeout, $"Event '{awaited}' did not come within {timeout.TotalSeconds:0.###} s; seen instead: {seen}.");
        }

        throw new QmpDisconnectedException($"Event '{awaited}' was awaited when the monitor was closed or the subscription disposed of.");
    }

    /// <summary>Takes what has arrived so far, oldest first, without waiting.</summary>
    public IReadOnlyList<QmpEvent> Drain()
    {
        var events = new List<QmpEvent>();
        while (_events.Reader.TryRead(out QmpEvent? next))
            events.Add(next);
        return events;
    }

    /// <summary>Streams events until the connection ends (then the stream ends with its reason), or the token is cancelled.</summary>
    public IAsyncEnumerator<QmpEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        _events.Reader.ReadAllAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);

    /// <summary>Ends the subscription.</summary>
    public void Dispose()
    {
        _unsubscribe(this);
        Complete(null);
    }

    internal void Offer(QmpEvent next)
    {
        try
        {
            if (_filter(next))
                _events.Writer.TryWrite(next);
        }
        catch (Exception error)
        {
            // The filter is its subscriber's own: the error goes there, not to everybody who uses the session.
            Complete(error);
        }
    }

    internal void Complete(Exception? reason) => _events.Writer.TryComplete(reason);
}
