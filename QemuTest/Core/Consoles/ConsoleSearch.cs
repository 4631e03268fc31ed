namespace QemuTest.Consoles;

/// <summary>
/// One wait's search through a console's text, as it grows. Searching all of it with each read would cost the square of its length, so
/// a look goes through what is new, with some of what was there before, for a match that lies across. Only where that shows one, where the
/// text has grown by a quarter, or where it is asked for, all of the text is searched: that decides, and finds longer matches too.
/// Guarded by the console's lock.
/// </summary>
internal sealed class ConsoleSearch(string console, ConsoleBuffer buffer, ConsolePattern success, ConsolePattern? failure)
{
    private const int Growth = 4;

    // Counted from the console's first character, as the buffer forgets.
    private long _searched = buffer.Forgotten + buffer.Cursor;
    private long _searchedWhole = buffer.Forgotten + buffer.Cursor;

    /// <summary>The command whose echo is passed over; null if none was typed, or once it has been seen.</summary>
    public TypedEcho? Echo { get; set; }

    /// <summary>Whether a search through all of the text would find nothing new.</summary>
    public bool IsExhausted => Position(_searchedWhole) == buffer.Text.Length;

    /// <summary>How many characters were searched so far, each as often as it was: what the search costs.</summary>
    public long Examined { get; private set; }

    /// <summary>The match, if it is there. The next wait begins after it.</summary>
    /// <param name="whole">Whether to search all of the text.</param>
    /// <exception cref="ConsoleFailurePatternException">The failure pattern is there, and comes first.</exception>
    public ConsoleMatch? Look(bool whole)
    {
        ReadOnlySpan<char> seen = buffer.Text;
        if (Echo is { } awaited && awaited.EndOf(seen, Window(seen, awaited.Overlap)) is { } echoEnd)
        {
            MoveTo(echoEnd);
            Echo = null;
        }

        int start = buffer.Cursor;
        int before = Position(_searchedWhole);
        if (!whole && (seen.Length - before) * (long)Growth < before - start && !IsNew(success, seen) && !(failure is not null && IsNew(failure, seen)))
        {
            _searched = buffer.Forgotten + seen.Length;
            return null;
        }

        Count(seen, start);
        var good = success.Find(seen, start);
        if (failure is not null)
            Count(seen, start);
        var bad = failure?.Find(seen, start);
        if ((good ?? bad) is { } first && Echo?.MayStillCover(seen, start, Math.Min(first.Start, bad?.Start ?? first.Start)) == true)
            return null;

        if (bad is { } wrong && !(good?.End <= wrong.End))
        {
            string lastLines = buffer.LastLines();
            MoveTo(wrong.End);
            throw new ConsoleFailurePatternException(
                console, seen[wrong.Start..wrong.End].ToString(), failure!.ToString()!, success.ToString()!, lastLines);
        }

        if (good is { } right)
        {
            MoveTo(right.End);
            return new ConsoleMatch(
                seen[start..right.Start].ToString(), seen[right.Start..right.End].ToString(), success.Capture(seen, start));
        }

        _searched = _searchedWhole = buffer.Forgotten + seen.Length;
        return null;
    }

    private bool IsNew(ConsolePattern pattern, ReadOnlySpan<char> seen) => pattern.Find(seen, Window(seen, pattern.Overlap)) is not null;

    private int Window(ReadOnlySpan<char> seen, int overlap)
    {
        int from = Math.Max(buffer.Cursor, Position(_searched) - overlap);
        Count(seen, from);
        return from;
    }

    private void Count(ReadOnlySpan<char> seen, int from) => Examined += seen.Length - from;

    private int Position(long counted) => (int)Math.Max(buffer.Cursor, counted - buffer.Forgotten);

    private void MoveTo(int position)
    {
        buffer.MoveTo(position);
        _searched = _searchedWhole = buffer.Forgotten + position;
    }
}
