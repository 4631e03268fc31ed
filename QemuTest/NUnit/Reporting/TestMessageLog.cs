using Microsoft.Extensions.Logging;

namespace QemuTest.NUnit;

/// <summary>The log messages of a test itself.</summary>
internal static partial class TestMessageLog
{
    [LoggerMessage(21, LogLevel.Information, "{Line}")]
    public static partial void TestLine(this ILogger logger, string line);
}
