namespace QemuTest.QapiGen.Syntax;

/// <summary>Reads one JSON value from the tokens.</summary>
internal sealed class ExpressionReader(Lexer lexer)
{
    /// <summary>The maximum nesting: far more than any schema needs, far less than the stack allows.</summary>
    private const int MaxDepth = 100;

    private int _depth;

    public SchemaValue Read()
    {
        if (++_depth > MaxDepth)
            throw lexer.Error($"nested more than {MaxDepth} levels deep");
        SchemaValue value = ReadValue();
        _depth--;
        return value;
    }

    private SchemaValue ReadValue()
    {
        Token token = lexer.Current;
        switch (token.Kind)
        {
            case TokenKind.LeftBrace:
                lexer.Next();
                return ReadMembers();
            case TokenKind.LeftBracket:
                lexer.Next();
                return ReadItems();
            case TokenKind.String:
                lexer.Next();
                return new StringValue(token.Text);
            case TokenKind.True or TokenKind.False:
                lexer.Next();
                return new BoolValue(token.Kind == TokenKind.True);
            default:
                throw lexer.Error("expected '{', '[', string, or boolean");
        }
    }

    private ObjectValue ReadMembers()
    {
        List<KeyValuePair<string, SchemaValue>> members = [];
        HashSet<string> keys = [];
        if (TakeIf(TokenKind.RightBrace))
            return new ObjectValue(members);
        if (lexer.Current.Kind != TokenKind.String)
            throw lexer.Error("expected string or '}'");
        while (true)
        {
            string key = lexer.Current.Text;
            lexer.Next();
            if (!TakeIf(TokenKind.Colon))
                throw lexer.Error("expected ':'");
            if (!keys.Add(key))
                throw lexer.Error($"duplicate key '{key}'");
            members.Add(new(key, Read()));
            if (TakeIf(TokenKind.RightBrace))
                return new ObjectValue(members);
            if (!TakeIf(TokenKind.Comma))
                throw lexer.Error("expected ',' or '}'");
            if (lexer.Current.Kind != TokenKind.String)
                throw lexer.Error("expected string");
        }
    }

    private ArrayValue ReadItems()
    {
        List<SchemaValue> items = [];
        if (TakeIf(TokenKind.RightBracket))
            return new ArrayValue(items);
        if (lexer.Current.Kind is not (TokenKind.LeftBrace or TokenKind.LeftBracket or TokenKind.String
            or TokenKind.True or TokenKind.False))
            throw lexer.Error("expected '{', '[', ']', string, or boolean");
        while (true)
        {
            items.Add(Read());
            if (TakeIf(TokenKind.RightBracket))
                return new ArrayValue(items);
            if (!TakeIf(TokenKind.Comma))
                throw lexer.Error("expected ',' or ']'");
        }
    }

    private bool TakeIf(TokenKind kind)
    {
        if (lexer.Current.Kind != kind)
            return false;
        lexer.Next();
        return true;
    }
}
