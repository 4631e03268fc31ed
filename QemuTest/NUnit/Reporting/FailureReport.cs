using QemuTest.Machines;
using QemuTest.Qmp;

namespace QemuTest.NUnit;

/// <summary>What a person sees of a failed test besides its message: the one place that decides how evidence looks.</summary>
internal static class FailureReport
{
    private const int ExchangesShown = 12;
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);

    public static string Format(IEnumerable<FailureSection> sections, string logs)
    {
        var lines = new List<string>();
        foreach (FailureSection section in sections)
        {
            lines.Add($"--- {section.Title}");
            lines.Add(section.Text.Length == 0 ? "(nothing)" : section.Text.TrimEnd());
        }

        lines.Add($"--- logs: {logs}");
        return string.Join('\n', lines);
    }

    /// <summary>Everything that one machine can tell.</summary>
    public static async Task<IReadOnlyList<FailureSection>> DescribeAsync(QemuMachine machine)
    {
        if (machine.CommandLine.Length == 0)
            return [];
        List<FailureSection> sections = [new($"QEMU '{machine.Name}' wrote", machine.Output)];
        if (machine.LastMonitor is { } monitor)
            sections.Add(Describe(machine.Name, monitor));
        if (machine.LastConsole is { } console)
            sections.Add(new($"console of '{machine.Name}', last lines ({console.LogFile})", console.LastLines));

        // Asked last, so that the question is not among the last messages.
        string state = machine.IsRunning
            ? $"running, process {machine.ProcessId}, {await AskRunStateAsync(machine.LastMonitor).ConfigureAwait(false)}"
            : $"ended with {machine.Exit}";
        return [new($"QEMU '{machine.Name}': {state}", machine.CommandLine), .. sections];
    }

    /// <summary>The last messages of a monitor.</summary>
    public static FailureSection Describe(string name, QmpClient monitor) => new(
        $"monitor of '{name}' ({(monitor.IsConnected ? "connected" : "closed")}), last messages",
        string.Join('\n', monitor.Transcript.Entries.TakeLast(ExchangesShown)));

    /// <summary>The run state, or why it is not known. A QEMU that hangs says so by its silence.</summary>
    public static async Task<string> AskRunStateAsync(QmpClient? monitor)
    {
        if (monitor is not { IsConnected: true })
            return "run state not known: no monitor";
        try
        {
            StatusInfo status = await monitor.QueryStatusAsync(new QmpCommandOptions { Timeout = AnswerTimeout }, CancellationToken.None).ConfigureAwait(false);
            return $"run state '{status.Status}'";
        }
        catch (QmpException error)
        {
            return $"run state not known: {error.Message}";
        }
    }
}
