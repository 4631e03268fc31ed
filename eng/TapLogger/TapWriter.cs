using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace QemuTest.Tap;

/// <summary>Writes version 13 of the Test Anything Protocol: one line per test, followed by a YAML block with details. The plan
/// comes last, when the number of tests is known.</summary>
internal sealed partial class TapWriter(TextWriter output)
{
    private int _tests;

    public void Version() => output.WriteLine("TAP version 13");

    public void Result(TapResult result)
    {
        var text = new StringBuilder();
        text.Append(result.Verdict is TapVerdict.Passed or TapVerdict.Skipped ? "ok " : "not ok ")
            .Append(++_tests).Append(" - ").Append(Description(result.Name));
        if (result.Verdict is TapVerdict.Skipped)
            text.Append(" # SKIP ").Append(OneLine(result.Reason));
        if (result.Verdict is TapVerdict.KnownMisbehavior && KnownMisbehaviorReason.Read(result.Reason) is { } known)
            text.Append(" # TODO ").Append(OneLine($"{known.Finding}: {known.Detail}"));
        text.Append("\n  ---\n  duration_ms: ").Append(result.Duration.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)).Append('\n');
        if (result.Verdict == TapVerdict.Failed)
        {
            Append(text, "message", result.Message);
            Append(text, "output", result.Output);
        }

        text.Append("  ...\n");
        output.Write(text);
    }

    /// <summary>Writes lines for people. A parser ignores them.</summary>
    public void Comment(string text)
    {
        foreach (string line in Lines(text))
            output.WriteLine($"# {line}");
    }

    public void Plan() => output.WriteLine($"1..{_tests.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>Says that the run ended before its tests.</summary>
    public void BailOut(string reason) => output.WriteLine($"Bail out! {OneLine(reason)}");

    private static void Append(StringBuilder text, string key, string value)
    {
        if (value.Trim().Length == 0)
            return;

        // The indentation is explicit, because the first line may be indented more than the others.
        text.Append("  ").Append(key).Append(": |2\n");
        foreach (string line in Lines(value).Where(line => line.Trim().Length > 0))
        {
            // meson's parser ends the block at an empty line, and at a line that starts with three dots at any indentation.
            text.Append("    ").Append(LeadingDots().Replace(line, "$1…")).Append('\n');
        }
    }

    // A '#' starts a directive. Version 13 cannot escape it.
    private static string Description(string name) => OneLine(name).Replace('#', '_');

    private static string OneLine(string text) => string.Join(' ', Lines(text).Select(line => line.Trim()));

    private static IEnumerable<string> Lines(string text) => text.TrimEnd().ReplaceLineEndings("\n").Split('\n').Select(Printable);

    // Output of a guest may contain control characters, which neither TAP nor YAML allows.
    private static string Printable(string line) => string.Concat(line.Select(c =>
        char.IsControl(c) && c != '\t' ? string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}") : c.ToString()));

    [GeneratedRegex(@"^(\s*)\.\.\.")]
    private static partial Regex LeadingDots();
}
