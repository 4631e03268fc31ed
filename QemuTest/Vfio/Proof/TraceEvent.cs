using System.Globalization;
using System.Text.RegularExpressions;

namespace QemuTest.Vfio;

/// <summary>One line of a QEMU trace (<c>-trace</c> with <c>-D</c>).</summary>
/// <param name="Name">The event's name.</param>
/// <param name="Arguments">The rest of the line.</param>
/// <param name="Time">The time; null without <c>-msg timestamp=on</c>.</param>
/// <param name="Thread">The thread's ID; null where the trace does not have it (QEMU 11.1).</param>
public sealed partial record TraceEvent(string Name, string Arguments, DateTimeOffset? Time, int? Thread)
{
    /// <summary>Gets the name of the VFIO device at the start of the arguments: an mdev's UUID, or a PCI device's address such as
    /// <c>0000:5e:00.1</c>; null where there is none.</summary>
    public string? Device => DeviceName().Match(Arguments) is { Success: true } name ? name.Groups[1].Value : null;

    /// <summary>Parses a trace. Skips lines that are no events.</summary>
    /// <param name="trace">The text.</param>
    public static IReadOnlyList<TraceEvent> Parse(string trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        var events = new List<TraceEvent>();
        foreach (string line in trace.Split('\n'))
        {
            Match match = Line().Match(line);
            if (match.Success)
                events.Add(new TraceEvent(match.Groups["name"].Value, match.Groups["rest"].Value.Trim(), TimeOf(match), ThreadOf(match)));
        }

        return events;
    }

    private static int? ThreadOf(Match match) =>
        match.Groups["thread"].Success ? int.Parse(match.Groups["thread"].ValueSpan, CultureInfo.InvariantCulture) : null;

    private static DateTimeOffset? TimeOf(Match match)
    {
        if (match.Groups["seconds"].Success)
            return DateTimeOffset.FromUnixTimeSeconds(long.Parse(match.Groups["seconds"].ValueSpan, CultureInfo.InvariantCulture))
                .AddMicroseconds(int.Parse(match.Groups["micros"].ValueSpan, CultureInfo.InvariantCulture));
        return match.Groups["iso"].Success
            ? DateTimeOffset.Parse(match.Groups["iso"].ValueSpan, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
            : null;
    }

    // "179@1795472628.851900:name args" in QEMU 10.0, "2026-01-01T00:00:00.000000Z name args" in 11.1, "name args" without times.
    [GeneratedRegex(@"^(?:(?<thread>\d+)@(?<seconds>\d+)\.(?<micros>\d{6}):|(?<iso>\d{4}-\d\d-\d\dT[\d:.]+Z) )?(?<name>[a-z]\w*)(?<rest>(?: .*)?)$")]
    private static partial Regex Line();

    [GeneratedRegex(@"^\(?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{4,}(?::[0-9a-f]{2}){2}\.[0-7])(?![\w/])\)?")]
    private static partial Regex DeviceName();
}
