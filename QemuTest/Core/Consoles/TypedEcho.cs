using System.Text.RegularExpressions;

namespace QemuTest.Consoles;

/// <summary>Tells what a terminal gave back of a typed command from what the command printed.</summary>
internal sealed class TypedEcho
{
    // A line editor breaks a long line with CR, LF, a blank or an escape sequence of its own. Each alternative begins with
    // another character, so that there is one way only to read a row of line ends: two ways would double with each of them.
    private const string Break = @"(?: ?[\r\n]|\x1b\[[0-9;?]*[A-Za-z])*";
    private const string HalfBreak = @"(?: |\x1b(?:\[[0-9;?]*)?)?";

    // Far more than the breaks that a line editor makes.
    private const int LongestPerCharacter = 4;
    private const int ShortestOverlap = 8192;

    private readonly Regex _whole;
    private readonly Regex _beginning;

    public TypedEcho(string typed)
    {
        Overlap = Math.Max(ShortestOverlap, LongestPerCharacter * typed.Length);
        string[] characters = [.. typed.Select(c => Regex.Escape(c.ToString()))];
        _whole = new Regex(string.Join(Break, characters), RegexOptions.CultureInvariant);

        // a(?:b(?:c)?)? with a break between any two: as much of the echo as there is, up to the end of the text.
        string more = string.Concat(characters.Skip(1).SkipLast(1).Select(c => $"(?:{Break}{c}"));
        string closed = string.Concat(Enumerable.Repeat(")?", Math.Max(0, characters.Length - 2)));
        _beginning = new Regex($@"{characters[0]}{more}{closed}{Break}{HalfBreak}\z", RegexOptions.CultureInvariant);
    }

    /// <summary>How many characters before new text an echo may begin that ends in it.</summary>
    public int Overlap { get; }

    /// <summary>Where the echo ends, or null as long as it is not there whole.</summary>
    public int? EndOf(ReadOnlySpan<char> seen, int from) => ConsolePattern.First(_whole, seen, from)?.End;

    /// <summary>Whether a match may yet turn out to lie within the echo, because the text so far ends in a beginning of it.</summary>
    public bool MayStillCover(ReadOnlySpan<char> seen, int start, int matchStart) =>
        ConsolePattern.First(_beginning, seen, start)?.Start <= matchStart;
}
