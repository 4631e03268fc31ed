using System.Globalization;
using System.Security;
using System.Text;
using System.Text.RegularExpressions;
using QemuTest.Vfio;

namespace QemuTest.VfioStudy;

/// <summary>Draws the downtime of one migration as SVG: the activity of every device, thread and channel on both sides, by the devices'
/// histories and QEMU's traces. All have the lab's wall clock.</summary>
internal sealed partial class StudyTimeline
{
    private const int LaneHeight = 16;
    private const int Left = 230;
    private const int Width = 760;
    private const int Top = 50;
    private const string NoDevice = "#999";
    private static readonly string[] Colors = ["#1b6ca8", "#c2571a", "#1b7f4b", "#8e44ad", "#b8860b", "#c0392b", "#16807a", "#5d6d7e"];

    // The first and the last event of each activity.
    private static readonly Dictionary<string, string> Spans = new()
    {
        ["vfio_save_complete_precopy_thread_start"] = "vfio_save_complete_precopy_thread_end",
        ["vfio_save_complete_precopy_start"] = "vfio_save_complete_precopy",
        ["vfio_load_state_device_buffer_load_start"] = "vfio_load_state_device_buffer_load_end",
        ["saving"] = "saved",
        ["loading"] = "loaded",
    };

    private readonly DateTimeOffset _begin;
    private readonly DateTimeOffset _end;
    private readonly StringBuilder _svg = new();
    private int _y = Top;

    private StudyTimeline(DateTimeOffset begin, DateTimeOffset end)
    {
        _begin = begin;
        _end = end;
    }

    public static string Draw(string title, StudySide source, StudySide destination)
    {
        DateTimeOffset stopped = source.Histories.Min(h => h.Last(e => e.What == "PRE_COPY_P2P").Time);
        DateTimeOffset running = destination.Histories.Max(h => h.Last(e => e.What == "RUNNING").Time);
        TimeSpan margin = (running - stopped) / 25;
        var timeline = new StudyTimeline(stopped - margin, running + margin);
        timeline.DevicesOf("source", source.Histories);
        timeline.ThreadsOf("source", source);
        timeline._y += LaneHeight / 2;
        timeline.ThreadsOf("destination", destination);
        timeline.DevicesOf("destination", destination.Histories);
        return timeline.Frame(title, stopped, running);
    }

    private void DevicesOf(string side, IReadOnlyList<IReadOnlyList<SyntheticDeviceEvent>> histories)
    {
        for (int i = 0; i < histories.Count; i++)
        {
            string color = Color(i);
            Lane($"{side}: device {i + 1}", [.. histories[i].Select(e => new Mark(e.What, e.Time, color))]);
        }
    }

    private void ThreadsOf(string side, StudySide traced)
    {
        Dictionary<string, int> devices = traced.Devices.Select((name, index) => (name, index)).ToDictionary(d => d.name, d => d.index);
        var lanes = traced.Trace.Where(e => e.Time is not null).GroupBy(e => e.Thread)
            .Select(thread => (Name: NameOf(thread, devices), Events: thread.ToArray()))
            .GroupBy(thread => thread.Name)
            .OrderBy(lane => lane.Key, StringComparer.Ordinal);
        foreach (var lane in lanes)
            Lane($"{side}: {lane.Key}", [.. lane.SelectMany(thread => thread.Events).OrderBy(e => e.Time).Select(MarkOf)]);

        Mark MarkOf(TraceEvent e) => new(e.Name, e.Time!.Value, e.Device is { } name && devices.TryGetValue(name, out int index) ? Color(index) : NoDevice);
    }

    // QEMU's trace has no thread names: the events of a thread identify it.
    private static string NameOf(IEnumerable<TraceEvent> thread, Dictionary<string, int> devices)
    {
        foreach (TraceEvent e in thread)
        {
            if (e.Name is "vfio_save_complete_precopy_thread_start" or "vfio_load_bufs_thread_start" && e.Device is { } name && devices.TryGetValue(name, out int index))
                return $"{(e.Name.Contains("save", StringComparison.Ordinal) ? "save" : "load")} thread, device {index + 1}";
            if (e.Name is "multifd_send_fill" or "multifd_recv_unfill" && Channel().Match(e.Arguments) is { Success: true } channel)
                return $"channel {channel.Groups[1].Value}";
            if (e.Name.StartsWith("migration_thread", StringComparison.Ordinal) || e.Name == "savevm_section_start")
                return "migration thread";
        }

        return thread.Any(e => e.Thread is null) ? "all threads" : "main thread";
    }

    private static string Color(int device) => Colors[device % Colors.Length];

    private void Lane(string name, IReadOnlyList<Mark> marks)
    {
        Mark[] shown = [.. marks.Where(mark => mark.Time >= _begin && mark.Time <= _end)];
        if (shown.Length == 0)
            return;
        Add($"<text x=\"{Left - 8}\" y=\"{_y + 12}\" text-anchor=\"end\">{name}</text>");
        Add($"<line x1=\"{Left}\" x2=\"{Left + Width}\" y1=\"{_y + 8}\" y2=\"{_y + 8}\" stroke=\"#eee\"/>");
        // Several events in one pixel are one tick.
        foreach (Mark mark in shown.DistinctBy(m => ((int)X(m.Time), m.Color)))
            Add($"<line x1=\"{X(mark.Time):0.#}\" x2=\"{X(mark.Time):0.#}\" y1=\"{_y + 3}\" y2=\"{_y + 13}\" stroke=\"{mark.Color}\"/>");
        for (int i = 0; i < shown.Length; i++)
        {
            if (Spans.TryGetValue(shown[i].What, out string? last) && shown.Skip(i).FirstOrDefault(m => m.What == last && m.Color == shown[i].Color) is { } end)
                Add($"<rect x=\"{X(shown[i].Time):0.#}\" y=\"{_y + 4}\" width=\"{X(end.Time) - X(shown[i].Time):0.#}\" height=\"8\" fill=\"{shown[i].Color}\" fill-opacity=\"0.5\"/>");
        }

        _y += LaneHeight;
    }

    private string Frame(string title, DateTimeOffset stopped, DateTimeOffset running)
    {
        double milliseconds = (running - stopped).TotalMilliseconds;
        string lanes = _svg.ToString();
        _svg.Clear();
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Left + Width + 20}\" height=\"{_y + 30}\" font-family=\"sans-serif\" font-size=\"11\">");
        Add($"<rect width=\"{Left + Width + 20}\" height=\"{_y + 30}\" fill=\"white\"/>");
        Add($"<text x=\"10\" y=\"20\" font-size=\"14\">{SecurityElement.Escape(title)}</text>");
        Add($"<text x=\"10\" y=\"38\" fill=\"#555\">one color per device, gray: no device; ticks: trace events and the devices' states; bars: reading and writing state</text>");
        foreach ((DateTimeOffset time, string label) in new[] { (stopped, "0 ms"), (running, string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0} ms")) })
        {
            Add($"<line x1=\"{X(time):0.#}\" x2=\"{X(time):0.#}\" y1=\"{Top - 4}\" y2=\"{_y + 4}\" stroke=\"#c00\" stroke-dasharray=\"3 3\"/>");
            Add($"<text x=\"{X(time):0.#}\" y=\"{_y + 18}\" text-anchor=\"middle\" fill=\"#555\">{label}</text>");
        }

        return _svg.Append(lanes).Append("</svg>\n").ToString();
    }

    private double X(DateTimeOffset time) => Left + (time - _begin) / (_end - _begin) * Width;

    private void Add(FormattableString line) => _svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    [GeneratedRegex(@"\bchannel (\d+)")]
    private static partial Regex Channel();

    private sealed record Mark(string What, DateTimeOffset Time, string Color);
}
