using Microsoft.Extensions.Logging;
using QemuTest.NUnit;

namespace QemuTest.Tests.Host.Samples;

/// <summary>A fixture with a logger of its own, which does not want debug messages.</summary>
public sealed class LoggerSample : QemuSystemTest, ILogger
{
    private readonly List<string> _lines = [];

    public LoggerSample()
    {
        QemuBin = SystemTargets.Installed()["x86_64"];
        AdditionalLogger = this;
    }

    [Test]
    public async Task Logs()
    {
        await SetMachineAsync("none");
        await Vm.LaunchAsync(Token);
        Log("a line of the test");

        string[] lines = [.. _lines];
        string[] baseLog = [.. (await File.ReadAllLinesAsync(LogFile("base.log"), Token)).Select(line => line["yyyy-MM-dd HH:mm:ss.fff ".Length..])];
        Assert.That(lines, Does.Contain($"launch default: {Vm.CommandLine}").And.Contain("a line of the test"));
        Assert.That(lines, Has.None.StartsWith("qmp "), "the level is not enabled");
        Assert.That(baseLog, Is.SupersetOf(lines));
        Assert.That(baseLog, Has.Some.StartsWith("qmp default "));
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
            _lines.Add(formatter(state, exception));
    }
}
