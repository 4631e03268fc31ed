using Microsoft.Extensions.Logging;

namespace QemuTest.Qtest;

/// <summary>The log messages of a qtest socket.</summary>
internal static partial class QtestLog
{
    [LoggerMessage(11, LogLevel.Debug, "qtest {Machine} > {Command}")]
    public static partial void QtestCommand(this ILogger logger, string machine, string command);

    [LoggerMessage(12, LogLevel.Debug, "qtest {Machine} < {Line}")]
    public static partial void QtestLine(this ILogger logger, string machine, string line);
}
