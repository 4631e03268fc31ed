using System.Text;
using System.Text.RegularExpressions;

namespace QemuTest.QapiGen.CSharp;

/// <summary>Converts schema documentation to the text of an XML comment: the first paragraph without mark-up.</summary>
internal static partial class DocText
{
    private const int Width = 110;

    /// <summary>Gets the lines of one XML element.</summary>
    public static IEnumerable<string> Element(string open, string close, string text)
    {
        string single = $"/// {open}{text}{close}";
        if (single.Length <= Width)
        {
            yield return single;
            yield break;
        }

        StringBuilder line = new($"/// {open}");
        bool start = true;
        foreach (string word in (text + close).Split(' '))
        {
            if (!start && line.Length + 1 + word.Length > Width)
            {
                yield return line.ToString();
                line.Clear().Append("/// ").Append(word);
                continue;
            }

            if (!start)
                line.Append(' ');
            line.Append(word);
            start = false;
        }

        yield return line.ToString();
    }

    /// <summary>Gets the first paragraph of a section, or null if there is no usable text.</summary>
    public static string? Plain(string? section)
    {
        if (section is null)
            return null;
        string paragraph = section.TrimStart('\n').Split("\n\n")[0];
        if (paragraph.TrimStart() is var start && (start.StartsWith("..", StringComparison.Ordinal) || start.StartsWith('=')))
            return null;
        string text = Space().Replace(paragraph, " ").Trim();
        text = text.Replace("``", "", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal);
        text = Reference().Replace(text, "$1").TrimEnd(':');
        if (text.Length == 0)
            return null;
        text = char.ToUpperInvariant(text[0]) + text[1..];
        return Escape(text[^1] is '.' or '!' or '?' or ')' ? text : text + ".");
    }

    public static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex(@"(?<![\w@])@([A-Za-z_][\w-]*)")]
    private static partial Regex Reference();
}
