namespace QemuTest.Qmp;

/// <summary>The event subscriptions of one session. Thread-safe.</summary>
internal sealed class QmpEventHub
{
    private readonly Lock _changing = new();
    private List<QmpEventSubscription> _subscriptions = [];
    private Exception? _ended;

    public QmpEventSubscription Subscribe(string monitor, Func<QmpEvent, bool> filter)
    {
        var subscription = new QmpEventSubscription(monitor, filter, Unsubscribe);
        lock (_changing)
        {
            if (_ended is not null)
                subscription.Complete(_ended);
            else
                _subscriptions = [.. _subscriptions, subscription];
        }

        return subscription;
    }

    public void Offer(QmpEvent next)
    {
        foreach (QmpEventSubscription subscription in Volatile.Read(ref _subscriptions))
            subscription.Offer(next);
    }

    /// <summary>Ends all subscriptions.</summary>
    /// <param name="failure">The error for the current subscriptions, or null after a normal end.</param>
    /// <param name="ended">The error for later subscriptions.</param>
    public void Complete(Exception? failure, Exception ended)
    {
        lock (_changing)
        {
            _ended = ended;
            foreach (QmpEventSubscription subscription in _subscriptions)
                subscription.Complete(failure);
            _subscriptions = [];
        }
    }

    private void Unsubscribe(QmpEventSubscription subscription)
    {
        lock (_changing)
            _subscriptions = [.. _subscriptions.Where(s => s != subscription)];
    }
}
