using System.Text.RegularExpressions;
using QemuTest.Processes;

namespace QemuTest.Vfio;

/// <summary>What a QEMU under test left beside its monitor's answers.</summary>
/// <param name="Exit">How it ended; null while it runs.</param>
/// <param name="Warnings">What it wrote, a line each, without times and without what every start with these devices says.</param>
/// <param name="Trace">Its trace.</param>
public sealed partial record VfioMachineReport(ProcessExit? Exit, IReadOnlyList<string> Warnings, IReadOnlyList<TraceEvent> Trace)
{
    /// <summary>How often an event is in the trace.</summary>
    public int Count(string traceEvent) => Trace.Count(e => e.Name == traceEvent);

    internal static VfioMachineReport Read(ProcessExit? exit, string output, string trace) => new(
        exit,
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !Expected().IsMatch(line))
            .Select(line => Prefix().Replace(line, ""))],
        TraceEvent.Parse(trace));

    // The sample devices can neither be reset nor track what they write, and trace events come and go with QEMU's versions.
    [GeneratedRegex("VFIO device doesn't support device and IOMMU dirty tracking|Cannot reset device .*no available reset mechanism|warning: trace event .* does not exist")]
    private static partial Regex Expected();

    [GeneratedRegex(@"^\S+Z (\S*qemu-system-\S+: )?")]
    private static partial Regex Prefix();
}
