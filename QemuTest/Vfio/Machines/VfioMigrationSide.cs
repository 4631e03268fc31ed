using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using QemuTest.Migration;
using QemuTest.Processes;

namespace QemuTest.Vfio;

/// <summary>One side of a migration with VFIO devices after its end: what the monitor says, and what QEMU left outside it.</summary>
public sealed partial record VfioMigrationSide : MigrationSide
{
    [SetsRequiredMembers]
    internal VfioMigrationSide(MigrationSide side, ProcessExit? exit, string output, string trace)
        : base(side)
    {
        Exit = exit;
        Warnings =
        [
            .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(line => !Expected().IsMatch(line))
                .Select(line => Prefix().Replace(line, "")),
        ];
        Trace = TraceEvent.Parse(trace);
    }

    /// <summary>Gets how QEMU exited; null while it runs.</summary>
    public ProcessExit? Exit { get; }

    /// <summary>Gets the lines of standard output and standard error, without times and without lines that every start with these devices
    /// writes.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Gets the trace.</summary>
    public IReadOnlyList<TraceEvent> Trace { get; }

    /// <summary>Gets QEMU's reasons on the monitor and on standard error: which of the two has them depends on the version.</summary>
    public string Reasons => string.Join(" | ", new[] { Error }.Concat(Warnings).Where(text => !string.IsNullOrEmpty(text)));

    /// <summary>Gets how often an event is in the trace.</summary>
    /// <param name="traceEvent">The event's name.</param>
    public int Count(string traceEvent) => Trace.Count(e => e.Name == traceEvent);

    /// <summary>Gets the verdict with exit and reasons, for a summary.</summary>
    internal string Summary() =>
        $"{Verdict}{(Exit is { } exit ? $", {exit}" : "")}{(Reasons.Length == 0 ? "" : $" ({Reasons})")}";

    // The sample devices have no reset and no dirty tracking; trace events differ between versions of QEMU.
    [GeneratedRegex("VFIO device doesn't support device and IOMMU dirty tracking|Cannot reset device .*no available reset mechanism|warning: trace event .* does not exist")]
    private static partial Regex Expected();

    [GeneratedRegex(@"^\S+Z (\S*qemu-system-\S+: )?")]
    private static partial Regex Prefix();
}
