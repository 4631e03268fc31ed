using System.Globalization;

namespace QemuTest.QapiGen.Syntax;

/// <summary>A line of a schema file, counted from 1. Lexical and syntax errors have a column too.</summary>
internal sealed record SourceLocation(SourceFile File, int Line, int? Column = null)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File.Path}:{Line}");
}
