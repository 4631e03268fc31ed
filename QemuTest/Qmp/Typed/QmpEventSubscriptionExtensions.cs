namespace QemuTest.Qmp;

/// <summary>Waits for typed events.</summary>
public static class QmpEventSubscriptionExtensions
{
    /// <summary>Waits for the next event of a type. Earlier events are removed from the queue.</summary>
    /// <typeparam name="TEvent">The event record, for example <c>MigrationEvent</c>.</typeparam>
    /// <param name="events">The subscription.</param>
    /// <param name="timeout">The timeout for the whole wait, even if other events arrive.</param>
    /// <param name="match">A further condition, or null for none.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="QmpAnswerException">The data of an event does not match the schema.</exception>
    /// <inheritdoc cref="QmpEventSubscription.NextAsync(string, TimeSpan, Func{QmpEvent, bool}?, CancellationToken)"/>
    public static async Task<TEvent> NextAsync<TEvent>(
        this QmpEventSubscription events, TimeSpan timeout, Func<TEvent, bool>? match = null, CancellationToken cancellationToken = default)
        where TEvent : QapiEvent, IQapiEvent<TEvent>
    {
        ArgumentNullException.ThrowIfNull(events);
        QmpEvent message = await events.NextAsync(
            TEvent.WireName, timeout, match is null ? null : next => match(TEvent.Decode(next)), cancellationToken).ConfigureAwait(false);
        return TEvent.Decode(message);
    }
}
