using System.Text;

namespace QemuTest.Consoles;

/// <summary>What has been seen on a console and how far it has been matched. Guarded by its owner's lock.</summary>
internal sealed class ConsoleBuffer
{
    // A guest that talks for hours must not fill the host's memory; console.log has everything.
    private const int MostUnmatched = 16 * 1024 * 1024;
    private const int MostMatched = 64 * 1024;
    private const int LinesShown = 20;

    private readonly StringBuilder _seen = new();
    private readonly Decoder _decoder = new UTF8Encoding(false, throwOnInvalidBytes: false).GetDecoder();
    private string? _text;

    /// <summary>Where the next wait starts to look.</summary>
    public int Cursor { get; private set; }

    /// <summary>How far the present wait has already looked in vain; another one may look for what this one passed by.</summary>
    public int Searched { get; set; }

    public string Text => _text ??= _seen.ToString();

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Span<char> chars = stackalloc char[bytes.Length + 1];
        _seen.Append(chars[.._decoder.GetChars(bytes, chars, flush: false)]);
        if (Cursor > 2 * MostMatched)
            Forget(Cursor - MostMatched);
        if (_seen.Length > MostUnmatched)
            Forget(_seen.Length - MostUnmatched / 2);
        _text = null;
    }

    public void MoveTo(int position)
    {
        Cursor = position;
        Searched = position;
    }

    public string LastLines()
    {
        string text = Text.Replace("\r", "", StringComparison.Ordinal).TrimEnd('\n');
        return text.Length == 0
            ? ""
            : string.Join('\n', text.Split('\n').TakeLast(LinesShown).Select(line => "  | " + ConsoleText.Printable(line)));
    }

    private void Forget(int length)
    {
        _seen.Remove(0, length);
        Cursor = Math.Max(0, Cursor - length);
        Searched = Math.Max(0, Searched - length);
    }
}
