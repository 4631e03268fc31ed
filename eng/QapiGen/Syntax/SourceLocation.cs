using System.Globalization;

namespace QemuTest.QapiGen.Syntax;

/// <summary>A line of a schema file, counted from 1; the column is known for lexical and syntax errors.</summary>
internal sealed record SourceLocation(SourceFile File, int Line, int? Column = null)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File.Path}:{Line}");
}
