using QemuTest.Qmp;

namespace QemuTest.Machines;

/// <summary>What a <see cref="QemuMachine"/> needs from its surroundings.</summary>
public sealed record QemuMachineOptions
{
    /// <summary>The machine's name in logs and errors; its QEMU's output goes to <c>NAME.log</c>. Default: <c>default</c>.</summary>
    public string Name
    {
        get;
        init => field = value.Length > 0 && !value.Contains('/', StringComparison.Ordinal)
            ? value
            : throw new ArgumentException($"The machine name '{value}' names its log file: it must not be empty or hold a '/'.", nameof(Name));
    } = "default";

    /// <summary>Where the logs go. It must exist.</summary>
    public required string LogDirectory { get; init; }

    /// <summary>The console's log, in <see cref="LogDirectory"/>. Default: <c>console.log</c>, as upstream has it.</summary>
    public string ConsoleLogName { get; init; } = "console.log";

    /// <summary>The limit from the start of the process to the end of the QMP negotiation. Default: 30 s.</summary>
    public TimeSpan LaunchTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A path for a second monitor that a person may connect to; null for none.</summary>
    public string? QmpBackdoor { get; init; }

    /// <summary>Where the machine writes what it does, one line a call, for example a test's <c>base.log</c>; null for nowhere.</summary>
    public Action<string>? Log { get; init; }

    internal QmpClientOptions ToQmpOptions() => new()
    {
        Name = Name,
        ConnectTimeout = LaunchTimeout,
        OnTranscript = TranscriptSink(Name),
    };

    internal Action<QmpTranscriptEntry>? TranscriptSink(string name) =>
        Log is { } log ? entry => log($"qmp {name} {entry}") : null;
}
