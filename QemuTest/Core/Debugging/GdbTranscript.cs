namespace QemuTest.Debugging;

/// <summary>Writes all lines to and from GDB to a file, and keeps the last ones for errors. Thread-safe.</summary>
internal sealed class GdbTranscript : IDisposable
{
    private const int LinesShown = 20;
    private const int LongestShown = 400;

    private readonly Lock _gate = new();
    private readonly Queue<string> _last = new();
    private StreamWriter? _file;

    public GdbTranscript(string? logFile) => _file = logFile is null ? null : new StreamWriter(logFile) { AutoFlush = true };

    public void Add(string direction, string line)
    {
        lock (_gate)
        {
            _file?.WriteLine($"{direction} {line}");
            _last.Enqueue($"  {direction} {(line.Length > LongestShown ? line[..LongestShown] + "…" : line)}");
            if (_last.Count > LinesShown)
                _last.Dequeue();
        }
    }

    public override string ToString()
    {
        lock (_gate)
            return string.Join('\n', _last);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _file?.Dispose();
            // The output of a GDB that does not exit may still arrive.
            _file = null;
        }
    }
}
