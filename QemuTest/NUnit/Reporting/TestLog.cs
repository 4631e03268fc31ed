using System.Globalization;

namespace QemuTest.NUnit;

/// <summary>A log file with a UTC time stamp before each message. Thread-safe.</summary>
internal sealed class TestLog : IDisposable
{
    private readonly StreamWriter _writer;

    public TestLog(string path)
    {
        Path = path;
        _writer = new StreamWriter(path, append: false) { AutoFlush = true };
    }

    public string Path { get; }

    public void Write(string line)
    {
        lock (_writer)
        {
            if (_writer.BaseStream is { CanWrite: true })
                _writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm:ss.fff} {line}"));
        }
    }

    public void Dispose()
    {
        lock (_writer)
            _writer.Dispose();
    }
}
