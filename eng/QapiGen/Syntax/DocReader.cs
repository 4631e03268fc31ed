using System.Text.RegularExpressions;

namespace QemuTest.QapiGen.Syntax;

/// <summary>Reads one documentation comment, from its opening <c>##</c> to its closing one.</summary>
internal sealed partial class DocReader(Lexer lexer, DocRules rules)
{
    private DocLines _lines = null!;

    public DocComment Read()
    {
        if (lexer.Current.Text != "##")
            throw lexer.Error("junk after '##' at start of documentation comment");
        SourceLocation start = lexer.Location;
        _lines = new DocLines(lexer, rules);
        _lines.Next();
        DocComment doc = _lines.Line?.StartsWith('@') == true ? ReadDefinition(start) : ReadFreeForm(start);
        lexer.Next();
        doc.Finish();
        return doc;
    }

    private DocComment ReadFreeForm(SourceLocation start)
    {
        DocComment doc = new(start, null);
        doc.StartPlain(start);
        for (bool first = true; _lines.Line is string line; first = false)
        {
            if (rules.EqualsHeadings && !first && line.StartsWith('='))
                throw lexer.Error("'=' heading must come first in a comment block");
            if (NameAndColon().Match(line) is { Success: true } named)
                throw lexer.Error($"'@{named.Groups[1].Value}:' not allowed in free-form documentation");
            doc.Last.Add(line);
            _lines.Next();
        }

        return doc;
    }

    private DocComment ReadDefinition(SourceLocation start)
    {
        string title = _lines.Line!;
        if (!title.EndsWith(':'))
            throw lexer.Error("line should end with ':'");
        if (title.Length < 3)
            throw lexer.Error("name required after '@'");
        DocComment doc = new(start, title[1..^1]);
        _lines.Next();
        bool membersAllowed = true;
        while (_lines.SkipBlank() is string line)
        {
            if (line == "Features:")
            {
                ReadFeatures(doc);
                membersAllowed = false;
            }
            else if (NameAndColon().Match(line) is { Success: true } named)
            {
                if (!membersAllowed)
                    throw lexer.Error($"description of '@{named.Groups[1].Value}:' follows a section");
                ReadDescriptions(doc, DocKind.Member);
                membersAllowed = false;
            }
            else if (Tag().Match(line) is { Success: true } tag)
            {
                doc.StartTagged(lexer.Location, KindOf(tag.Groups[1].Value));
                ReadRest(doc, line[tag.Length..]);
                membersAllowed = false;
            }
            else
            {
                if (rules.EqualsHeadings && line.StartsWith('='))
                    throw lexer.Error("unexpected '=' markup in definition documentation");
                doc.StartPlain(lexer.Location);
                ReadParagraph(doc);
            }
        }

        return doc;
    }

    private void ReadFeatures(DocComment doc)
    {
        if (doc.All(DocKind.Feature).Any())
            throw lexer.Error("duplicated 'Features:' line");
        _lines.Next();
        _lines.SkipBlank();
        ReadDescriptions(doc, DocKind.Feature);
        if (!doc.All(DocKind.Feature).Any())
            throw lexer.Error("feature descriptions expected");
    }

    private void ReadDescriptions(DocComment doc, DocKind kind)
    {
        while (_lines.Line is string line && NameAndColon().Match(line) is { Success: true } named)
        {
            doc.StartDescription(lexer.Location, kind, named.Groups[1].Value);
            ReadRest(doc, line[named.Length..]);
        }
    }

    /// <summary>Reads the text after a tag and the indented lines below it.</summary>
    private void ReadRest(DocComment doc, string firstLine)
    {
        if (firstLine.Length > 0)
            doc.Last.Add(firstLine);
        _lines.Next();
        while (_lines.Line == "")
        {
            doc.Last.Add("");
            _lines.Next();
        }

        int indent = DocLines.Indent(_lines.Line);
        if (indent == 0)
            return;
        doc.Last.Add(_lines.Line!);
        // QEMU's generator accepts a smaller indentation from the second line on, so this one does too.
        for (bool forgive = false; ; forgive = true)
        {
            _lines.Next();
            if (_lines.Line is not string line || NameAndColon().IsMatch(line))
                return;
            if (line.Length > 0 && DocLines.Indent(line) < indent)
            {
                if (forgive)
                    return;
                throw lexer.Error($"unexpected de-indent (expected at least {indent} spaces)");
            }

            doc.Last.Add(line);
        }
    }

    private void ReadParagraph(DocComment doc)
    {
        while (!string.IsNullOrEmpty(_lines.Line))
        {
            doc.Last.Add(_lines.Line);
            _lines.Next();
        }
    }

    private DocKind KindOf(string tag) => tag switch
    {
        "Returns" => DocKind.Returns,
        "Errors" => DocKind.Errors,
        "Since" => DocKind.Since,
        "TODO" => DocKind.Todo,
        "Note" or "Notes" => throw lexer.Error($"The '{tag}' section is no longer supported. Please use rST's "
            + "'.. note::' or '.. admonition:: notes' directives, or another suitable admonition instead."),
        _ => throw lexer.Error($"The '{tag}' section is no longer supported. Please use the '.. qmp-example::' "
            + "directive, or other suitable markup instead."),
    };

    [GeneratedRegex("^@([^:]*): *")]
    private static partial Regex NameAndColon();

    [GeneratedRegex("^(Returns|Errors|Since|Notes?|Examples?|TODO)(?!::): *")]
    private static partial Regex Tag();
}
