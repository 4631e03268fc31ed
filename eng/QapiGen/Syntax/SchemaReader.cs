using System.Runtime.CompilerServices;
using System.Text;

namespace QemuTest.QapiGen.Syntax;

/// <summary>Reads a schema file and its included files: expressions, documentation and pragmas.</summary>
internal sealed class SchemaReader
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly DocRules _rules;
    private readonly HashSet<string> _included = [];
    private readonly List<Expression> _expressions = [];
    private readonly List<DocComment> _docs = [];

    private SchemaReader(DocRules rules) => _rules = rules;

    public static SchemaSource Read(string path, DocRules rules)
    {
        SchemaReader reader = new(rules);
        SourceFile file = new(path, null);
        try
        {
            reader.ReadFile(file);
        }
        catch (IOException error)
        {
            throw new SchemaException(new SourceLocation(file, 1), $"can't read schema file '{path}': {error.Message}");
        }

        return new SchemaSource(file, reader._expressions, reader._docs, reader.Pragmas);
    }

    private Pragmas Pragmas { get; } = new();

    private void ReadFile(SourceFile file)
    {
        _included.Add(file.FullPath);
        Lexer lexer = new(file, ReadText(file));
        ExpressionReader expressions = new(lexer);
        DocComment? doc = null;
        lexer.Next();
        while (lexer.Current.Kind != TokenKind.End)
        {
            if (lexer.Current.Kind == TokenKind.Comment)
            {
                RejectUnused(doc);
                doc = new DocReader(lexer, _rules).Read();
                _docs.Add(doc);
                continue;
            }

            SourceLocation location = lexer.Location;
            if (expressions.Read() is not ObjectValue value)
                throw new SchemaException(location, "top-level expression must be an object");
            if (value["include"] is SchemaValue include)
            {
                RejectUnused(doc);
                Include(location, value, include);
            }
            else if (value["pragma"] is SchemaValue pragma)
            {
                RejectUnused(doc);
                if (value.Members.Count != 1)
                    throw new SchemaException(location, "invalid 'pragma' directive");
                Pragmas.Apply(location, pragma as ObjectValue
                    ?? throw new SchemaException(location, "value of 'pragma' must be an object"));
            }
            else
            {
                if (doc is { Symbol: null })
                    throw new SchemaException(doc.Location, "definition documentation required");
                _expressions.Add(new DefinitionExpression(location, value, doc));
            }

            doc = null;
        }

        RejectUnused(doc);
    }

    private void Include(SourceLocation location, ObjectValue directive, SchemaValue value)
    {
        if (directive.Members.Count != 1)
            throw new SchemaException(location, "invalid 'include' directive");
        if (value is not StringValue { Text: string name })
            throw new SchemaException(location, "value of 'include' must be a string");
        string path = Path.Combine(Path.GetDirectoryName(location.File.Path) ?? "", name);
        SourceFile file = new(path, location);
        for (SourceLocation? from = location; from is not null; from = from.File.IncludedFrom)
        {
            if (from.File.FullPath == file.FullPath)
                throw new SchemaException(location, $"inclusion loop for {name}");
        }

        _expressions.Add(new IncludeExpression(location, path));
        if (_included.Contains(file.FullPath))
            return;
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new SchemaException(location, "includes are nested too deeply");
        try
        {
            ReadFile(file);
        }
        catch (IOException error)
        {
            throw new SchemaException(location, $"can't read include file '{path}': {error.Message}");
        }
    }

    private static string ReadText(SourceFile file)
    {
        byte[] bytes;
        try
        {
            if (file.Path.Length == 0)
                throw new FileNotFoundException();
            if (Directory.Exists(file.Path))
                throw new IOException("Is a directory");
            bytes = File.ReadAllBytes(file.Path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IOException("No such file or directory");
        }
        catch (UnauthorizedAccessException)
        {
            throw new IOException("Permission denied");
        }

        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            int line = 1 + bytes.AsSpan(0, Math.Clamp(error.Index, 0, bytes.Length)).Count((byte)'\n');
            throw new SchemaException(new SourceLocation(file, line), "not valid UTF-8");
        }
    }

    private static void RejectUnused(DocComment? doc)
    {
        if (doc?.Symbol is string symbol)
            throw new SchemaException(doc.Location, $"documentation for '{symbol}' is not followed by the definition");
    }
}
