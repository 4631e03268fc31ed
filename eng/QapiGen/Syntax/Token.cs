namespace QemuTest.QapiGen.Syntax;

internal enum TokenKind
{
    LeftBrace,
    RightBrace,
    LeftBracket,
    RightBracket,
    Colon,
    Comma,
    String,
    True,
    False,
    Comment,
    End,
}

/// <summary>One token. The text is the contents of a string, or a comment with its leading <c>#</c>.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Line, int Position);
