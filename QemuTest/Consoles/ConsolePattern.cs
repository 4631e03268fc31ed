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
    /// end the expression with what follows.</summary>
    public static ConsolePattern Regex(Regex regex)
    {
        ArgumentNullException.ThrowIfNull(regex);
        return new Expression(regex);
    }

    /// <summary>A text pattern.</summary>
    public static implicit operator ConsolePattern(string text) => Text(text);

    /// <summary>A regular expression pattern.</summary>
    public static implicit operator ConsolePattern(Regex regex) => Regex(regex);

    /// <summary>The first match at or after <paramref name="start"/>, or null. What lies before <paramref name="searched"/>
    /// was searched before, in vain.</summary>
    internal abstract (int Start, int End, Match? Match)? Find(string seen, int start, int searched);

    private sealed class Literal(string text) : ConsolePattern
    {
        public override string ToString() => $"'{ConsoleText.Printable(text)}'";

        internal override (int Start, int End, Match? Match)? Find(string seen, int start, int searched)
        {
            int from = Math.Max(start, searched - text.Length + 1);
            int at = from >= seen.Length ? -1 : seen.IndexOf(text, from, StringComparison.Ordinal);
            return at < 0 ? null : (at, at + text.Length, null);
        }
    }

    private sealed class Expression(Regex regex) : ConsolePattern
    {
        public override string ToString() => $"/{ConsoleText.Printable(regex.ToString())}/";

        internal override (int Start, int End, Match? Match)? Find(string seen, int start, int searched)
        {
            Match match = regex.Match(seen, start);
            return match.Success ? (match.Index, match.Index + match.Length, match) : null;
        }
    }
}
