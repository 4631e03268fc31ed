using System.Text.RegularExpressions;

namespace QemuTest.Consoles;

/// <summary>Tells what a terminal gave back of a typed command from what the command printed.</summary>
internal sealed class TypedEcho
{
    private readonly string _typed;
    private readonly Regex _wrapped;

    public TypedEcho(string typed)
    {
        _typed = typed;

        // A line editor breaks a long line with CR, LF, a blank or an escape sequence of its own.
        const string Break = @"(?: ?[\r\n]+|\x1b\[[0-9;?]*[A-Za-z])*";
        _wrapped = new Regex(string.Join(Break, typed.Select(c => Regex.Escape(c.ToString()))), RegexOptions.CultureInvariant);
    }

    /// <summary>Where the echo ends, or null as long as it is not there whole.</summary>
    public int? EndOf(string seen, int start)
    {
        Match echo = _wrapped.Match(seen, start);
        return echo.Success ? echo.Index + echo.Length : null;
    }

    /// <summary>Whether a match may yet turn out to lie within the echo, because the text so far ends in a beginning of it.</summary>
    public bool MayStillCover(string seen, int start, int matchStart)
    {
        for (int from = start; from <= matchStart; from++)
        {
            int length = seen.Length - from;
            if (length < _typed.Length && string.CompareOrdinal(seen, from, _typed, 0, length) == 0)
                return true;
        }

        return false;
    }
}
