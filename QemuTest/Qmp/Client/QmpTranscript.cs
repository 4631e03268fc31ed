using System.Globalization;

namespace QemuTest.Qmp;

/// <summary>The last messages of a monitor with their times, both directions. Thread-safe.</summary>
public sealed class QmpTranscript
{
    // Enough for a failure report to show how things came about; the whole is in the log that OnTranscript feeds.
    private const int Kept = 200;

    private readonly Queue<QmpTranscriptEntry> _entries = new();
    private readonly Action<QmpTranscriptEntry>? _onEntry;
    private readonly TimeProvider _time;

    internal QmpTranscript(Action<QmpTranscriptEntry>? onEntry, TimeProvider time)
    {
        _onEntry = onEntry;
        _time = time;
    }

    /// <summary>The last 200 entries, oldest first.</summary>
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

/// <summary>One message of a transcript.</summary>
/// <param name="Time">When it was sent or received, UTC.</param>
/// <param name="Direction">Which way it went, or that it is a remark of the client's own.</param>
/// <param name="Text">The message, shortened where it is very long.</param>
public sealed record QmpTranscriptEntry(DateTimeOffset Time, QmpDirection Direction, string Text)
{
    /// <summary>One line with upstream's markers, <c>--&gt;</c> for sent and <c>&lt;--</c> for received.</summary>
    public override string ToString()
    {
        string marker = Direction switch
        {
            QmpDirection.Sent => "-->",
            QmpDirection.Received => "<--",
            _ => "---",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{Time:HH:mm:ss.ffffff} {marker} {Text}");
    }
}

/// <summary>Which way a message went.</summary>
public enum QmpDirection
{
    /// <summary>To QEMU.</summary>
    Sent,

    /// <summary>From QEMU.</summary>
    Received,

    /// <summary>A remark of the client, for example on a reply that nobody waits for.</summary>
    Remark,
}
