using Microsoft.Extensions.Logging;

namespace QemuTest.NUnit;

/// <content>The log.</content>
public abstract partial class QemuBaseTest
{
    private TestLogger? _logger;

    /// <summary>Gets the logger of the test. It writes messages of all levels to <c>base.log</c>, and passes them on to
    /// <see cref="AdditionalLogger"/>. The machines of the test use it too. Thread-safe.</summary>
    protected ILogger Logger => _logger ??= new TestLogger(() => _log, () => AdditionalLogger);

    /// <summary>Gets or sets a second logger, which receives what <c>base.log</c> receives if the level is enabled: launches, exits and
    /// messages of the test as information, QMP and qtest traffic as debug messages. Set it in the constructor or set-up of a fixture. It
    /// is called from several threads. Default: null.</summary>
    protected ILogger? AdditionalLogger { get; set; }

    /// <summary>Writes a line to the test's <c>base.log</c> and to <see cref="AdditionalLogger"/>. Thread-safe.</summary>
    public void Log(string line) => Logger.TestLine(line);
}
