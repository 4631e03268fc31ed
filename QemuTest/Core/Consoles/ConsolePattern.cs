using System.Text.RegularExpressions;

namespace QemuTest.Consoles;

/// <summary>What is looked for on a console: a text taken literally, or a regular expression. Both may span lines.</summary>
public abstract class ConsolePattern
{
    private ConsolePattern()
    {
    }

    /// <summary>A text, compared byte for byte.</summary>
    public static ConsolePattern Text(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        return new Literal(text);
    }

    /// <summary>A regular expression. It sees the console as far as it has arrived, so <c>\d+</c> may match half a number:
    /// end the expression with what follows. A match of more than 8192 characters is found, too, but maybe not before the guest
    /// pauses for a quarter of a second, or the wait ends.</summary>
    public static ConsolePattern Regex(Regex regex)
    {
        ArgumentNullException.ThrowIfNull(regex);
        return new Expression(regex);
    }

    /// <summary>A text pattern.</summary>
    public static implicit operator ConsolePattern(string text) => Text(text);

    /// <summary>A regular expression pattern.</summary>
    public static implicit operator ConsolePattern(Regex regex) => Regex(regex);

    /// <summary>How many characters before new text a match may begin that ends in it.</summary>
    internal abstract int Overlap { get; }

    /// <summary>The first match at or after <paramref name="from"/>, or null.</summary>
    internal abstract (int Start, int End)? Find(ReadOnlySpan<char> seen, int from);

    /// <summary>The first match with its groups, if it can have any.</summary>
    internal abstract Match? Capture(ReadOnlySpan<char> seen, int from);

    /// <summary>The first match at or after <paramref name="from"/>, or null, without a copy of the text.</summary>
    internal static (int Start, int End)? First(Regex regex, ReadOnlySpan<char> seen, int from)
    {
        foreach (ValueMatch match in regex.EnumerateMatches(seen, from))
            return (match.Index, match.Index + match.Length);
        return null;
    }

    private sealed class Literal(string text) : ConsolePattern
    {
        internal override int Overlap => text.Length - 1;

        public override string ToString() => $"'{ConsoleText.Printable(text)}'";

        internal override (int Start, int End)? Find(ReadOnlySpan<char> seen, int from)
        {
            int at = seen[from..].IndexOf(text, StringComparison.Ordinal);
            return at < 0 ? null : (from + at, from + at + text.Length);
        }

        internal override Match? Capture(ReadOnlySpan<char> seen, int from) => null;
    }

    private sealed class Expression(Regex regex) : ConsolePattern
    {
        internal override int Overlap => 8192;

        public override string ToString() => $"/{ConsoleText.Printable(regex.ToString())}/";

        internal override (int Start, int End)? Find(ReadOnlySpan<char> seen, int from) => First(regex, seen, from);

        internal override Match? Capture(ReadOnlySpan<char> seen, int from) => regex.Match(seen.ToString(), from);
    }
}
