using QemuTest.Machines;
using QemuTest.Qmp;

namespace QemuTest.NUnit;

/// <summary>The report of a failed test. Only this class decides the format of evidence.</summary>
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

    /// <summary>Gets all evidence about one machine.</summary>
    public static async Task<IReadOnlyList<FailureSection>> DescribeAsync(QemuMachine machine)
    {
        if (machine.CommandLine.Length == 0)
            return [];
        List<FailureSection> sections = [new($"QEMU '{machine.Name}' wrote", machine.Output)];
        if (machine.LastMonitor is { } monitor)
            sections.Add(Describe(machine.Name, monitor));
        if (machine.LastConsole is { } console)
            sections.Add(new($"console of '{machine.Name}', last lines ({console.LogFile})", console.LastLines));

        // Last, so that this query is not among the last messages above.
        string state = machine.IsRunning
            ? $"running, process {machine.ProcessId}, {await AskRunStateAsync(machine.LastMonitor).ConfigureAwait(false)}"
            : $"ended with {machine.Exit}";
        return [new($"QEMU '{machine.Name}': {state}", machine.CommandLine), .. sections];
    }

    /// <summary>Gets the last messages of a monitor.</summary>
    public static FailureSection Describe(string name, QmpClient monitor) => new(
        $"monitor of '{name}' ({(monitor.IsConnected ? "connected" : "closed")}), last messages",
        string.Join('\n', monitor.Transcript.Entries.TakeLast(ExchangesShown)));

    /// <summary>Gets the run state, or the reason why it is unknown, such as the timeout of a QEMU that hangs.</summary>
    public static async Task<string> AskRunStateAsync(QmpClient? monitor)
    {
        if (monitor is not { IsConnected: true })
            return "run state unknown: no monitor";
        try
        {
            StatusInfo status = await monitor.QueryStatusAsync(new QmpCommandOptions { Timeout = AnswerTimeout }, CancellationToken.None).ConfigureAwait(false);
            return $"run state '{status.Status}'";
        }
        catch (QmpException error)
        {
            return $"run state unknown: {error.Message}";
        }
    }
}
