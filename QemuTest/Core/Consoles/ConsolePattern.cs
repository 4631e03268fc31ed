using System.Text.RegularExpressions;

namespace QemuTest.Consoles;

/// <summary>A pattern for console text: a literal text or a regular expression. Both may span lines. Immutable and thread-safe.</summary>
public abstract class ConsolePattern
{
    private ConsolePattern()
    {
    }

    /// <summary>Creates a pattern that matches a text literally.</summary>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    public static ConsolePattern Text(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        return new Literal(text);
    }

    /// <summary>Creates a pattern from a regular expression. It is applied to the text received so far, so <c>\d+</c> may match half a
    /// number: include the text that follows. A match of more than 8192 characters may be found only when the guest pauses for 250 ms, or
    /// when the wait ends.</summary>
    public static ConsolePattern Regex(Regex regex)
    {
        ArgumentNullException.ThrowIfNull(regex);
        return new Expression(regex);
    }

    /// <summary>Converts a text; see <see cref="Text"/>.</summary>
    public static implicit operator ConsolePattern(string text) => Text(text);

    /// <summary>Converts a regular expression; see <see cref="Regex"/>.</summary>
    public static implicit operator ConsolePattern(Regex regex) => Regex(regex);

    /// <summary>Gets the largest distance before new text at which a match that ends in it may start.</summary>
    internal abstract int Overlap { get; }

    /// <summary>Finds the first match at or after <paramref name="from"/>; null if there is none.</summary>
    internal abstract (int Start, int End)? Find(ReadOnlySpan<char> seen, int from);

    /// <summary>Finds the first match with its groups; null for a literal text.</summary>
    internal abstract Match? Capture(ReadOnlySpan<char> seen, int from);

    /// <summary>Finds the first match at or after <paramref name="from"/> without copying the text; null if there is none.</summary>
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
