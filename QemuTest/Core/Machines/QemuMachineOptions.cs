using Microsoft.Extensions.Logging;
using QemuTest.Qmp;

namespace QemuTest.Machines;

/// <summary>Options of a <see cref="QemuMachine"/>. Immutable; every value is checked when it is set.</summary>
public sealed record QemuMachineOptions
{
    /// <summary>Gets the name of the machine in logs and errors. QEMU's output goes to <c>NAME.log</c>. Default: <c>default</c>.</summary>
    /// <exception cref="ArgumentException">The name is empty, or contains '/' or a NUL character.</exception>
    public string Name { get; init => field = FileName(value, nameof(Name)); } = "default";

    /// <summary>Gets the folder for the logs. It must exist when the machine is launched.</summary>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public required string LogDirectory { get; init => field = FilePath(value, nameof(LogDirectory)); }

    /// <summary>Gets the name of the console's log in <see cref="LogDirectory"/>. Default: <c>console.log</c>.</summary>
    /// <exception cref="ArgumentException">The name is empty, or contains '/' or a NUL character.</exception>
    public string ConsoleLogName { get; init => field = FileName(value, nameof(ConsoleLogName)); } = "console.log";

    /// <summary>Gets the timeout from the start of the process to the end of the QMP negotiation. Default: 30 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not longer than zero, or longer than a day.</exception>
    public TimeSpan LaunchTimeout { get; init => field = Timeouts.Checked(value, nameof(LaunchTimeout)); } = TimeSpan.FromSeconds(30);

    /// <summary>Gets the path of a second monitor, for a person to connect to. Default: null, no second monitor.</summary>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public string? QmpBackdoor
    {
        get;
        init => field = value is null ? null : FilePath(value, nameof(QmpBackdoor));
    }

    /// <summary>Gets the logger of the machine's launches, exits, and QMP and qtest traffic. Default: null, no log.</summary>
    public ILogger? Logger { get; init; }

    internal QmpClientOptions ToQmpOptions() => new()
    {
        Name = Name,
        ConnectTimeout = LaunchTimeout,
        OnTranscript = TranscriptSink(Name),
    };

    internal Action<QmpTranscriptEntry>? TranscriptSink(string name) =>
        Logger is { } logger ? entry => logger.QmpMessage(name, entry) : null;

    private static string FileName(string value, string property) => value is { Length: > 0 } && value.IndexOfAny(['/', '\0']) < 0
        ? value
        : throw new ArgumentException($"{property} is '{value}'. It names a file: use at least one character, and neither '/' nor NUL.", property);

    private static string FilePath(string value, string property) => value is { Length: > 0 }
        ? value
        : throw new ArgumentException($"{property} is empty. Use the path of a file or folder.", property);
}
