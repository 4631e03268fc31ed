using Microsoft.Extensions.Logging;

namespace QemuTest.NUnit;

/// <summary>Writes every message, of all levels, to a test's <c>base.log</c>, and passes it on to a second logger. Thread-safe.</summary>
/// <param name="file">Returns the file; null before it is opened.</param>
/// <param name="additional">Returns the second logger, if any.</param>
internal sealed class TestLogger(Func<TestLog?> file, Func<ILogger?> additional) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => additional()?.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string text = formatter(state, exception);
        file()?.Write(exception is null ? text : $"{text}\n{exception}");
        if (additional() is { } other && other.IsEnabled(logLevel))
            other.Log(logLevel, eventId, state, exception, formatter);
    }
}
