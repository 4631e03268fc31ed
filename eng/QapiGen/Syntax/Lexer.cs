using System.Text;

namespace QemuTest.QapiGen.Syntax;

/// <summary>Splits a schema file into tokens, with one token of look-ahead.</summary>
internal sealed class Lexer
{
    private readonly string _text;
    private int _cursor;
    private int _line = 1;
    private int _lineStart;

    public Lexer(SourceFile file, string text)
    {
        File = file;
        // Normalize line ends, and complete the last line.
        text = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        _text = text.EndsWith('\n') ? text : text + "\n";
    }

    public SourceFile File { get; }

    public Token Current { get; private set; }

    public SourceLocation Location => new(File, Current.Line);

    /// <summary>Creates an error at the current token.</summary>
    public SchemaException Error(string problem) => ErrorAt(Current.Position, problem);

    /// <summary>Creates an error at an offset into the current comment.</summary>
    public SchemaException ErrorWithin(int offset, string problem) => ErrorAt(Current.Position + offset, problem);

    private SchemaException ErrorAt(int position, string problem)
    {
        int column = 1;
        foreach (char c in _text.AsSpan(_lineStart, position - _lineStart))
        {
            if (c == '\t')
                column = ((column + 7) % 8) + 1;
            else if (!char.IsLowSurrogate(c))
                column++;
        }

        return new SchemaException(new SourceLocation(File, _line, column), problem);
    }

    /// <summary>Moves to the next token. A comment is a token only inside a documentation comment, which starts with
    /// <c>##</c>.</summary>
    public void Next(bool comments = false)
    {
        while (true)
        {
            int start = _cursor;
            char c = _text[_cursor++];
            switch (c)
            {
                case '{': Take(TokenKind.LeftBrace, start); return;
                case '}': Take(TokenKind.RightBrace, start); return;
                case '[': Take(TokenKind.LeftBracket, start); return;
                case ']': Take(TokenKind.RightBracket, start); return;
                case ':': Take(TokenKind.Colon, start); return;
                case ',': Take(TokenKind.Comma, start); return;
                case '\'': ReadString(start); return;
                case '#':
                    comments |= _text[_cursor] == '#';
                    _cursor = _text.IndexOf('\n', _cursor);
                    if (!comments)
                        continue;
                    Take(TokenKind.Comment, start, _text[start.._cursor]);
                    return;
                case '\n':
                    if (_cursor == _text.Length)
                    {
                        Take(TokenKind.End, start);
                        _cursor = start;
                        return;
                    }

                    _line++;
                    _lineStart = _cursor;
                    continue;
            }

            if (IsSpace(c))
                continue;
            ReadWord(start);
            return;
        }
    }

    private void ReadWord(int start)
    {
        ReadOnlySpan<char> rest = _text.AsSpan(start);
        if (rest.StartsWith("true"))
        {
            Take(TokenKind.True, start);
            _cursor = start + 4;
            return;
        }

        if (rest.StartsWith("false"))
        {
            Take(TokenKind.False, start);
            _cursor = start + 5;
            return;
        }

        int length = 1;
        while (!IsSpace(rest[length]) && !"[]{}:,'".Contains(rest[length], StringComparison.Ordinal))
            length++;
        throw ErrorAt(start, $"stray '{rest[..length]}'");
    }

    private void ReadString(int start)
    {
        StringBuilder value = new();
        while (true)
        {
            char c = _text[_cursor++];
            if (c == '\'')
            {
                Take(TokenKind.String, start, value.ToString());
                return;
            }

            if (c == '\\' && _text[_cursor] != '\n')
            {
                c = _text[_cursor++];
                if (c != '\\')
                    throw ErrorAt(start, $"unknown escape \\{c}");
            }
            else if (c is '\n' or '\\')
            {
                throw ErrorAt(start, "missing terminating \"'\"");
            }

            if (c is < ' ' or >= '\x7f')
                throw ErrorAt(start, "funny character in string");
            value.Append(c);
        }
    }

    private void Take(TokenKind kind, int start, string text = "") => Current = new Token(kind, text, _line, start);

    // QEMU's generator counts four control characters as white space; .NET does not.
    private static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f';
}
