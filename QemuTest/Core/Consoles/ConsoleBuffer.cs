using System.Text;

namespace QemuTest.Consoles;

/// <summary>The text of a console, and the position up to which waits have consumed it. Guarded by the lock of its owner.</summary>
internal sealed class ConsoleBuffer
{
    // A guest that prints for hours must not fill the host's memory. The log file has all of the text.
    private const int MostUnmatched = 16 * 1024 * 1024;
    private const int MostMatched = 64 * 1024;
    private const int MostShown = 64 * 1024;
    private const int LinesShown = 20;

    private readonly Decoder _decoder = new UTF8Encoding(false, throwOnInvalidBytes: false).GetDecoder();
    private char[] _chars = new char[16 * 1024];
    private int _length;

    /// <summary>Gets the position at which the next wait starts.</summary>
    public int Cursor { get; private set; }

    /// <summary>Gets the number of characters that were received before <see cref="Text"/> and dropped.</summary>
    public long Forgotten { get; private set; }

    /// <summary>Gets the text that is kept. Valid until the next <see cref="Append"/>.</summary>
    public ReadOnlySpan<char> Text => _chars.AsSpan(0, _length);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (Cursor > 2 * MostMatched)
            Forget(Cursor - MostMatched);
        int most = bytes.Length + 1;
        if (_length + most > MostUnmatched)
            Forget(_length - MostUnmatched / 2);
        if (_length + most > _chars.Length)
            Array.Resize(ref _chars, Math.Max(2 * _chars.Length, _length + most));
        _length += _decoder.GetChars(bytes, _chars.AsSpan(_length), flush: false);
    }

    public void MoveTo(int position) => Cursor = position;

    public string LastLines()
    {
        string text = Text[Math.Max(0, _length - MostShown)..].ToString().Replace("\r", "", StringComparison.Ordinal).TrimEnd('\n');
        return text.Length == 0
            ? ""
            : string.Join('\n', text.Split('\n').TakeLast(LinesShown).Select(line => "  | " + ConsoleText.Printable(line)));
    }

    private void Forget(int length)
    {
        _chars.AsSpan(length, _length - length).CopyTo(_chars);
        _length -= length;
        Forgotten += length;
        Cursor = Math.Max(0, Cursor - length);
    }
}
