using System.Text.RegularExpressions;

namespace QemuTest.Consoles;

/// <summary>Separates the terminal's echo of a typed command from the output of the command.</summary>
internal sealed class TypedEcho
{
    // A line editor breaks a long line with CR, LF, a blank or an escape sequence. Each alternative starts with a different character, so
    // that a sequence of line ends matches in one way only; otherwise the time would double with each line end.
    private const string Break = @"(?: ?[\r\n]|\x1b\[[0-9;?]*[A-Za-z])*";
    private const string HalfBreak = @"(?: |\x1b(?:\[[0-9;?]*)?)?";

    // A line editor needs far fewer characters for its breaks.
    private const int LongestPerCharacter = 4;
    private const int ShortestOverlap = 8192;

    private readonly Regex _whole;
    private readonly Regex _beginning;

    public TypedEcho(string typed)
    {
        Overlap = Math.Max(ShortestOverlap, LongestPerCharacter * typed.Length);
        string[] characters = [.. typed.Select(c => Regex.Escape(c.ToString()))];
        _whole = new Regex(string.Join(Break, characters), RegexOptions.CultureInvariant);

        // a(?:b(?:c)?)? with a break between any two: the start of the echo at the end of the text.
        string more = string.Concat(characters.Skip(1).SkipLast(1).Select(c => $"(?:{Break}{c}"));
        string closed = string.Concat(Enumerable.Repeat(")?", Math.Max(0, characters.Length - 2)));
        _beginning = new Regex($@"{characters[0]}{more}{closed}{Break}{HalfBreak}\z", RegexOptions.CultureInvariant);
    }

    /// <summary>Gets the largest distance before new text at which an echo that ends in it may start.</summary>
    public int Overlap { get; }

    /// <summary>Gets the end of the echo; null while it is incomplete.</summary>
    public int? EndOf(ReadOnlySpan<char> seen, int from) => ConsolePattern.First(_whole, seen, from)?.End;

    /// <summary>Gets whether a match may be part of the echo, because the text so far ends with the start of the echo.</summary>
    public bool MayStillCover(ReadOnlySpan<char> seen, int start, int matchStart) =>
        ConsolePattern.First(_beginning, seen, start)?.Start <= matchStart;
}
