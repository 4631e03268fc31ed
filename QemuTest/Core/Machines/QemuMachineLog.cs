using Microsoft.Extensions.Logging;
using QemuTest.Processes;
using QemuTest.Qmp;

namespace QemuTest.Machines;

/// <summary>The log messages of a machine.</summary>
internal static partial class QemuMachineLog
{
    [LoggerMessage(1, LogLevel.Information, "launch {Machine}: {CommandLine}")]
    public static partial void Launching(this ILogger logger, string machine, string commandLine);

    [LoggerMessage(2, LogLevel.Information, "shut down {Machine}: {Exit}")]
    public static partial void ShutDown(this ILogger logger, string machine, ProcessExit exit);

    [LoggerMessage(3, LogLevel.Error, "shut down {Machine}: {Exit}: {Problem}")]
    public static partial void ShutDownAbnormally(this ILogger logger, string machine, ProcessExit exit, string problem);

    [LoggerMessage(4, LogLevel.Debug, "qmp {Monitor} {Entry}")]
    public static partial void QmpMessage(this ILogger logger, string monitor, QmpTranscriptEntry entry);
}
