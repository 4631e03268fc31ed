using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace QemuTest.Tap;

/// <summary>Writes version 13 of the Test Anything Protocol: a line a test, and for what a machine may want to know besides, a block
/// of YAML. The plan comes last, since only then the number of tests is known.</summary>
internal sealed partial class TapWriter(TextWriter output)
{
    private int _tests;

    public void Version() => output.WriteLine("TAP version 13");

    public void Result(TapResult result)
    {
        var text = new StringBuilder();
        text.Append(result.Verdict == TapVerdict.Failed ? "not ok " : "ok ").Append(++_tests).Append(" - ").Append(Description(result.Name));
        if (result.Verdict == TapVerdict.Skipped)
            text.Append(" # SKIP ").Append(OneLine(PhasePrefix.Strip(result.Message.Length > 0 ? result.Message : result.Output)));
        text.Append("\n  ---\n  duration_ms: ").Append(result.Duration.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)).Append('\n');
        if (result.Verdict == TapVerdict.Failed)
        {
            Append(text, "message", result.Message);
            Append(text, "output", result.Output);
        }

        text.Append("  ...\n");
        output.Write(text);
    }

    /// <summary>Lines for a person; a reader of the protocol passes over them.</summary>
    public void Comment(string text)
    {
        foreach (string line in Lines(text))
            output.WriteLine($"# {line}");
    }

    public void Plan() => output.WriteLine($"1..{_tests.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>The run ended before its tests did.</summary>
    public void BailOut(string reason) => output.WriteLine($"Bail out! {OneLine(reason)}");

    private static void Append(StringBuilder text, string key, string value)
    {
        if (value.Trim().Length == 0)
            return;

        // The depth is given, because the first line may be indented more than the others.
        text.Append("  ").Append(key).Append(": |2\n");
        foreach (string line in Lines(value).Where(line => line.Trim().Length > 0))
        {
            // meson knows little of YAML: an empty line, or one that begins with three dots however deep it stands, ends the block.
            text.Append("    ").Append(LeadingDots().Replace(line, "$1…")).Append('\n');
        }
    }

    // A '#' begins a directive, and version 13 knows no way to escape it.
    private static string Description(string name) => OneLine(name).Replace('#', '_');

    private static string OneLine(string text) => string.Join(' ', Lines(text).Select(line => line.Trim()));

    private static IEnumerable<string> Lines(string text) => text.TrimEnd().ReplaceLineEndings("\n").Split('\n').Select(Printable);

    // What a guest wrote may hold anything; neither TAP nor YAML has a place for control characters.
    private static string Printable(string line) => string.Concat(line.Select(c =>
        char.IsControl(c) && c != '\t' ? string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}") : c.ToString()));

    [GeneratedRegex(@"^(\s*)\.\.\.")]
    private static partial Regex LeadingDots();
}
