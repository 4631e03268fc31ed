using QemuTest.Consoles;
using QemuTest.Machines;
using QemuTest.Qmp;

namespace QemuTest.Fixtures;

/// <summary>What a person sees of a failed test besides its message: the one place that decides how evidence looks.</summary>
internal static class FailureReport
{
    private const int ExchangesShown = 12;

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
    public static IEnumerable<FailureSection> Describe(QemuMachine machine, QmpClient? monitor, SerialConsole? console)
    {
        if (machine.CommandLine.Length == 0)
            yield break;
        string state = machine.IsRunning ? $"running, process {machine.ProcessId}" : $"ended with {machine.Exit}";
        yield return new FailureSection($"QEMU '{machine.Name}': {state}", machine.CommandLine);
        yield return new FailureSection($"QEMU '{machine.Name}' wrote", machine.Output);
        if (monitor is not null)
            yield return Describe(machine.Name, monitor);
        if (console is not null)
            yield return new FailureSection($"console of '{machine.Name}', last lines ({console.LogFile})", console.LastLines);
    }

    public static FailureSection Describe(string name, QmpClient monitor) => new(
        $"monitor of '{name}' ({(monitor.IsConnected ? "connected" : "closed")}), last messages",
        string.Join('\n', monitor.Transcript.Entries.TakeLast(ExchangesShown)));
}
