using System.Threading.Channels;

namespace QemuTest.Qmp;

/// <summary>A queue of the events that a filter accepts, from the start of the subscription.</summary>
/// <remarks>Subscribe before the command that causes the event; otherwise the event can be missed. Any number of events can wait in the
/// queue. Use it from one reader at a time.</remarks>
public sealed class QmpEventSubscription : IAsyncEnumerable<QmpEvent>, IDisposable
{
    private readonly Channel<QmpEvent> _events = Channel.CreateUnbounded<QmpEvent>(new() { SingleReader = true });
    private readonly string _monitor;
    private readonly Func<QmpEvent, bool> _filter;
    private readonly Action<QmpEventSubscription> _unsubscribe;

    internal QmpEventSubscription(string monitor, Func<QmpEvent, bool> filter, Action<QmpEventSubscription> unsubscribe)
    {
        _monitor = monitor;
        _filter = filter;
        _unsubscribe = unsubscribe;
    }

    /// <summary>Waits for the next event with a name. Earlier events with other names are removed from the queue.</summary>
    /// <param name="name">The name of the event as QEMU spells it, for example <c>STOP</c>.</param>
    /// <param name="timeout">The timeout for the whole wait, even if other events arrive.</param>
    /// <param name="match">A further condition for events with this name, or null for none.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="QmpTimeoutException">No such event arrives within the timeout.</exception>
    /// <exception cref="QmpDisconnectedException">The connection ends first, or the subscription is disposed.</exception>
    /// <exception cref="QmpProtocolException">The peer sends something that is not QMP.</exception>
    public Task<QmpEvent> NextAsync(
        string name, TimeSpan timeout, Func<QmpEvent, bool>? match = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return NextAsync(next => next.Name == name && (match is null || match(next)), timeout, name, cancellationToken);
    }

    /// <summary>Waits for the next event that a condition accepts. Earlier events are removed from the queue.</summary>
    /// <param name="match">The condition.</param>
    /// <param name="timeout">The timeout for the whole wait, even if other events arrive.</param>
    /// <param name="description">A description of the event for the error, for example <c>MIGRATION completed or failed</c>; null for
    /// the default text.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <inheritdoc cref="NextAsync(string, TimeSpan, Func{QmpEvent, bool}?, CancellationToken)"/>
    public async Task<QmpEvent> NextAsync(
        Func<QmpEvent, bool> match, TimeSpan timeout, string? description = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(match);
        timeout = Timeouts.Scale(timeout);
        string awaited = description is null ? "event that meets the condition" : $"event '{description}'";
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        var others = new Dictionary<string, int>();
        try
        {
            await foreach (QmpEvent next in _events.Reader.ReadAllAsync(deadline.Token).ConfigureAwait(false))
            {
                if (match(next))
                    return next;
                others[next.Name] = others.GetValueOrDefault(next.Name) + 1;

                // The reader checks its token only when it must wait for the next event.
                deadline.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            string seen = others.Count == 0 ? "no event" : string.Join(
                ", ", others.Select(seen => seen.Value == 1 ? seen.Key : $"{seen.Key} ({seen.Value} times)"));
            throw new QmpTimeoutException(
                awaited, timeout, $"Monitor '{_monitor}': {awaited} did not come within {timeout.TotalSeconds:0.###} s; seen instead: {seen}.")
            {
                Monitor = _monitor,
            };
        }

        throw new QmpDisconnectedException(
            $"Monitor '{_monitor}' was closed, or the subscription was disposed, during the wait for {awaited}.")
        {
            Monitor = _monitor,
        };
    }

    /// <summary>Takes all events from the queue, oldest first, without waiting.</summary>
    public IReadOnlyList<QmpEvent> Drain()
    {
        var events = new List<QmpEvent>();
        while (_events.Reader.TryRead(out QmpEvent? next))
            events.Add(next);
        return events;
    }

    /// <summary>Streams events until the connection ends or the token is canceled. After an error the stream ends with that
    /// error.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
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
            // The filter belongs to one subscriber: only that subscriber gets the error.
            Complete(error);
        }
    }

    internal void Complete(Exception? reason) => _events.Writer.TryComplete(reason);
}
