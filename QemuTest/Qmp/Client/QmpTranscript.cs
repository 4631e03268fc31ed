namespace QemuTest.Qmp;

/// <summary>The last messages of a monitor in both directions, with their times. Thread-safe.</summary>
public sealed class QmpTranscript
{
    // Enough for a failure report. OnTranscript gets all entries.
    private const int Kept = 200;

    private readonly Queue<QmpTranscriptEntry> _entries = new();
    private readonly Action<QmpTranscriptEntry>? _onEntry;
    private readonly TimeProvider _time;

    internal QmpTranscript(Action<QmpTranscriptEntry>? onEntry, TimeProvider time)
    {
        _onEntry = onEntry;
        _time = time;
    }

    /// <summary>Gets the last 200 entries, oldest first.</summary>
    public IReadOnlyList<QmpTranscriptEntry> Entries
    {
        get
        {
            lock (_entries)
                return [.. _entries];
        }
    }

    internal void Add(QmpDirection direction, string text)
    {
        var entry = new QmpTranscriptEntry(_time.GetUtcNow(), direction, text);
        lock (_entries)
        {
            if (_entries.Count == Kept)
                _entries.Dequeue();
            _entries.Enqueue(entry);
            _onEntry?.Invoke(entry);
        }
    }
}
