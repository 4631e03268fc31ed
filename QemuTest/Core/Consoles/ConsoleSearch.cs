namespace QemuTest.Consoles;

/// <summary>
/// The search of one wait through the growing text of a console. To search all of it after each read would take quadratic time. So a look
/// usually covers only the new text and a part before it, for matches that cross the border. All of the text is searched if that look finds
/// something, if the text has grown by a quarter, or on request; only that search decides, and it finds long matches too. Guarded by the
/// lock of the console.
/// </summary>
internal sealed class ConsoleSearch(string console, ConsoleBuffer buffer, ConsolePattern success, ConsolePattern? failure)
{
    private const int Growth = 4;

    // Counted from the first character ever received, because the buffer drops old text.
    private long _searched = buffer.Forgotten + buffer.Cursor;
    private long _searchedWhole = buffer.Forgotten + buffer.Cursor;

    /// <summary>Gets or sets the echo to skip; null if no command was typed, or after the echo was skipped.</summary>
    public TypedEcho? Echo { get; set; }

    /// <summary>Gets whether all of the text has been searched.</summary>
    public bool IsExhausted => Position(_searchedWhole) == buffer.Text.Length;

    /// <summary>Gets the cost of the search so far: the number of characters searched, counting repeated searches.</summary>
    public long Examined { get; private set; }

    /// <summary>Looks for a match. The next wait starts after the match.</summary>
    /// <param name="whole">Whether to search all of the text.</param>
    /// <returns>The match; null if there is none yet.</returns>
    /// <exception cref="ConsoleFailurePatternException">The failure pattern matches first.</exception>
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
