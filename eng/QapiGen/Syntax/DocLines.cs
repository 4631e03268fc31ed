using System.Text.RegularExpressions;

namespace QemuTest.QapiGen.Syntax;

/// <summary>The lines of one documentation comment, without their <c>#</c>; null after the last.</summary>
internal sealed partial class DocLines(Lexer lexer, DocRules rules)
{
    private const int MaxLineLength = 70;

    private bool _literal;
    private int _literalIndent;

    public string? Line { get; private set; }

    public static int Indent(string? line) => line is null ? 0 : line.Length - line.TrimStart().Length;

    public void Next()
    {
        lexer.Next(comments: true);
        Line = Read();
    }

    public string? SkipBlank()
    {
        while (Line == "")
            Next();
        return Line;
    }

    private string? Read()
    {
        if (lexer.Current.Kind != TokenKind.Comment)
            throw lexer.Error("documentation comment must end with '##'");
        string text = lexer.Current.Text;
        if (text.StartsWith("##", StringComparison.Ordinal))
            return text == "##" ? null : throw lexer.Error("junk after '##' at end of documentation comment");
        if (text == "#")
            return "";
        if (text[1] != ' ')
            throw lexer.Error("missing space after #");
        string line = text[2..].TrimEnd();
        if (rules.LineFormat)
            CheckFormat(line);
        return line;
    }

    /// <summary>Checks the format of a line. A code block, which lasts until the indentation decreases, can have any format.</summary>
    private void CheckFormat(string line)
    {
        if (LiteralStart().IsMatch(line))
        {
            _literal = true;
            _literalIndent = 0;
        }
        else if (_literal && line.Length > 0)
        {
            if (_literalIndent == 0)
                _literalIndent = Indent(line);
            else if (Indent(line) < _literalIndent)
                _literal = false;
        }

        if (_literal)
            return;
        if (line.Length + "# ".Length > MaxLineLength && !LoneLink().IsMatch(line))
            throw lexer.Error($"documentation line longer than {MaxLineLength} characters");
        foreach (Match gap in SingleSpace().Matches(line))
        {
            if (gap.Groups[2].Success)
                throw lexer.ErrorWithin("# ".Length + gap.Groups[2].Index + 1,
                    "Use two spaces between sentences. If this not the end of a sentence, please report a bug.");
        }
    }

    [GeneratedRegex(@"^(\.\. +qmp-example)? *::$")]
    private static partial Regex LiteralStart();

    [GeneratedRegex("^ *(https?|ftp)://[^ ]*$")]
    private static partial Regex LoneLink();

    [GeneratedRegex(@"(\be\.g\.|^ *\d\.|([.!?])) [A-Z0-9(]")]
    private static partial Regex SingleSpace();
}
